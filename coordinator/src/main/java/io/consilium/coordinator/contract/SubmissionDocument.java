package io.consilium.coordinator.contract;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A researcher's order to run a manifest once. The manifest itself carries no id, so this is what
 * keeps anybody from running it a second time: every party remembers the jobs that ran here or were
 * cancelled until the order has expired, and runs no expired one.
 *
 * @param manifestSha256 digest of the manifest's signed bytes, hexadecimal
 * @param expiresAt from when on no party begins it any more
 * @param resultsKey the X25519 key, hexadecimal, that what is disclosed to the researcher is sealed
 *     to; fresh for every submission, and none if nothing is
 */
public record SubmissionDocument(
    JobId jobId,
    String manifestSha256,
    Instant submittedAt,
    Instant expiresAt,
    Optional<String> resultsKey)
    implements Document {
  /** How long an order is good if nothing else is said. */
  public static final Duration VALIDITY = Duration.ofDays(14);

  /** The longest that anybody may ask for. */
  public static final Duration VALIDITY_MAX = Duration.ofDays(30);

  /** How far the clocks of two participants may differ. */
  public static final Duration CLOCK_SKEW_MAX = Duration.ofMinutes(10);

  /** Refuses a malformed digest or key, and an order that is good for too long. */
  public SubmissionDocument {
    Bounds.digest("manifestSha256", manifestSha256);
    resultsKey.ifPresent(key -> Bounds.hex("resultsKey", key, 64));
    Duration validity = Duration.between(submittedAt, expiresAt);
    Bounds.require(validity.isPositive(), "expiresAt is not after submittedAt");
    Bounds.require(
        validity.compareTo(VALIDITY_MAX) <= 0,
        "expiresAt is more than " + VALIDITY_MAX.toDays() + " days after submittedAt");
  }

  /** An order of the usual validity. */
  public SubmissionDocument(
      JobId jobId, String manifestSha256, Instant submittedAt, Optional<String> resultsKey) {
    this(jobId, manifestSha256, submittedAt, submittedAt.plus(VALIDITY), resultsKey);
  }

  /** An order of the usual validity whose job discloses nothing to its author. */
  public SubmissionDocument(JobId jobId, String manifestSha256, Instant submittedAt) {
    this(jobId, manifestSha256, submittedAt, Optional.empty());
  }

  /**
   * Why nobody should run this now.
   *
   * @return a sentence, or empty
   */
  public Optional<String> problem(Instant now) {
    if (!now.isBefore(expiresAt)) {
      return Optional.of(
          "The job's submission of %s was good until %s: submit it again."
              .formatted(submittedAt, expiresAt));
    }
    // An order from the future would outlive what the parties remember of it.
    if (submittedAt.isAfter(now.plus(CLOCK_SKEW_MAX))) {
      return Optional.of(
          "The job's submission is dated %s, and it is %s here: set the clocks right."
              .formatted(submittedAt, now));
    }
    return Optional.empty();
  }
}
