package io.consilium.training;

/**
 * A training that gets worse beyond all bounds: its numbers have probably left their ranges, and
 * more epochs would only cost time. All parties find it out from the same opened losses, after the
 * same epoch.
 */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int epoch;

  TrainingDivergedException(int epoch, String reason) {
    super(reason);
    this.epoch = epoch;
  }

  /** The epoch whose loss shows it, from 1. */
  public int epoch() {
    return epoch;
  }

  /** What it says to whoever must not learn the losses. */
  public String reasonWithoutValues() {
    return "training diverges after epoch %d; lower the learning rate or clip gradients"
        .formatted(epoch);
  }
}
