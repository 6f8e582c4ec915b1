package io.consilium.coordinator.contract;

/**
 * An order to stop a job, by the researcher who submitted it or by the coordinator.
 *
 * @param reason one sentence
 */
public record CancelDocument(JobId jobId, String reason) implements Document {
  /** Refuses texts that are too long. */
  public CancelDocument {
    Bounds.text("reason", reason);
  }
}
