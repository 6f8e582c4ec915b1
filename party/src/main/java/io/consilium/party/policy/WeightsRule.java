package io.consilium.party.policy;

import java.util.Locale;

/**
 * How much training there must be before weights may be opened, to anybody.
 *
 * @param minEpochs the fewest epochs that count, see {@link WeightsRelease#epochs}
 * @param minBatchRows the fewest records of a step
 */
public record WeightsRule(int minEpochs, int minBatchRows) {
  /** What holds if the policy has no key {@code weights}. */
  static final WeightsRule STANDARD = new WeightsRule(5, 16);

  /**
   * Below it the weights hardly leave where they began, and what they have moved is a multiple of
   * the gradient there.
   */
  private static final double DISTANCE_MIN = 0.1;

  /** Refuses a rule that allows one step. */
  public WeightsRule {
    if (minEpochs < 2) {
      throw new IllegalArgumentException(
          "has minEpochs below 2: the weights after one step give away its gradient");
    }
    if (minBatchRows < 1) {
      throw new IllegalArgumentException("has minBatchRows below 1");
    }
  }

  boolean allows(WeightsRelease release) {
    return release.epochs() >= minEpochs
        && release.batchRows() >= minBatchRows
        && release.distance() >= DISTANCE_MIN;
  }

  /** What holds about a job, for people. */
  String sentence(WeightsRelease release) {
    return String.format(
        Locale.ROOT,
        "Weights may be opened after at least %d epochs with learning rates that add up to %s or"
            + " more, in batches of at least %d records; this job may end with %d such epochs and"
            + " batches of %d.%s",
        minEpochs,
        DISTANCE_MIN,
        minBatchRows,
        release.epochs(),
        release.batchRows(),
        allows(release) ? "" : " Weights of fewer steps give away the gradients of records.");
  }
}
