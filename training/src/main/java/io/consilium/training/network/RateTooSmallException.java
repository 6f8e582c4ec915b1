package io.consilium.training.network;

/** A learning rate that the fixed-point numbers of an update cannot represent. */
public final class RateTooSmallException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final double rateMin;

  RateTooSmallException(double rate, int batchRows, double rateMin) {
    super("a rate of %s with batches of %d rows is too small".formatted(rate, batchRows));
    this.rateMin = rateMin;
  }

  /** The smallest rate that can be represented with these batches. */
  public double rateMin() {
    return rateMin;
  }
}
