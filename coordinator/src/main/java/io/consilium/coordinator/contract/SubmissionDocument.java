package io.consilium.coordinator.contract;

import java.time.Instant;

/**
 * A researcher's order to run a manifest once. The manifest itself carries no id, so this is what
 * keeps anybody from running it a second time.
 *
 * @param manifestSha256 digest of the manifest's signed bytes, hexadecimal
 */
public record SubmissionDocument(JobId jobId, String manifestSha256, Instant submittedAt)
    implements Document {
  /** Refuses a malformed digest. */
  public SubmissionDocument {
    Bounds.digest("manifestSha256", manifestSha256);
  }
}
