package io.consilium.coordinator.contract;

import java.util.Optional;

/**
 * How a job ended, by the coordinator. A party that holds something of the job until then, such as
 * its shares of a model, keeps or deletes it by this.
 *
 * @param outcome empty if the coordinator does not know the job
 */
public record OutcomeDocument(JobId jobId, Optional<JobStatus> outcome) implements Document {
  /** Refuses an outcome that is none. */
  public OutcomeDocument {
    if (outcome.isPresent() && !outcome.get().isFinal()) {
      throw new IllegalArgumentException("outcome: " + outcome.get() + " is not the end of a job");
    }
  }
}
