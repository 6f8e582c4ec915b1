package io.consilium.coordinator.contract;

import java.time.Instant;
import java.util.Optional;

/**
 * A researcher's order to run a manifest once. The manifest itself carries no id, so this is what
 * keeps anybody from running it a second time.
 *
 * @param manifestSha256 digest of the manifest's signed bytes, hexadecimal
 * @param resultsKey the X25519 key, hexadecimal, that what is disclosed to the researcher is sealed
 *     to; fresh for every submission, and none if nothing is
 */
public record SubmissionDocument(
    JobId jobId, String manifestSha256, Instant submittedAt, Optional<String> resultsKey)
    implements Document {
  /** Refuses a malformed digest or key. */
  public SubmissionDocument {
    Bounds.digest("manifestSha256", manifestSha256);
    resultsKey.ifPresent(key -> Bounds.hex("resultsKey", key, 64));
  }

  /** An order whose job discloses nothing to its author. */
  public SubmissionDocument(JobId jobId, String manifestSha256, Instant submittedAt) {
    this(jobId, manifestSha256, submittedAt, Optional.empty());
  }
}
