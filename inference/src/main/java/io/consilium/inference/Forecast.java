package io.consilium.inference;

import java.time.Duration;

/**
 * How long a query would wait: from the batches so far, of which recent ones count more, a line
 * "fixed seconds + seconds per record" is fitted to their times.
 */
final class Forecast {
  private static final double NANOS = 1e9;

  /** What an old batch counts for when one more comes. */
  private static final double FADING = 0.85;

  /**
   * Variance of the sizes of batches below which they tell nothing. Then all of the time counts as
   * fixed: larger batches are let in, and show what a record costs. Were it the other way round, a
   * slow start would keep the batches small and the forecast wrong.
   */
  private static final double SPREAD_MIN = 1;

  private final long batchRowsMax;
  private double weight;
  private double rows;
  private double squares;
  private double seconds;
  private double products;

  /**
   * Knows nothing yet, and expects no wait.
   *
   * @param batchRowsMax records of one batch at most
   */
  Forecast(long batchRowsMax) {
    this.batchRowsMax = batchRowsMax;
  }

  /** A batch of so many records took so long. */
  synchronized void took(long batchRows, long nanos) {
    double time = nanos / NANOS;
    weight = FADING * weight + 1;
    rows = FADING * rows + batchRows;
    squares = FADING * squares + (double) batchRows * batchRows;
    seconds = FADING * seconds + time;
    products = FADING * products + batchRows * time;
  }

  /** When the last of so many waiting records will probably be answered. */
  synchronized Duration waitFor(long waitingRows) {
    if (weight == 0) {
      return Duration.ZERO;
    }
    double batches = Math.ceil((double) waitingRows / batchRowsMax);
    double time = fixed() * batches + perRow() * waitingRows;
    return Duration.ofNanos((long) (NANOS * time));
  }

  /** How many records wait at most, if they are to be answered in time; one at least. */
  synchronized long rowsWithin(Duration time) {
    if (weight == 0) {
      return batchRowsMax;
    }
    double given = time.toNanos() / NANOS;
    double wholeBatch = fixed() + perRow() * batchRowsMax;
    double whole = Math.floor(given / wholeBatch);
    double rest = given - whole * wholeBatch - fixed();
    double more = perRow() > 0 ? Math.clamp(rest / perRow(), 0, (double) batchRowsMax) : 0;
    return Math.max(1, (long) Math.min(whole * batchRowsMax + more, Integer.MAX_VALUE));
  }

  private double perRow() {
    double spread = weight * squares - rows * rows;
    double slope = (weight * products - rows * seconds) / (spread + weight * weight * SPREAD_MIN);
    return Math.clamp(slope, 0, seconds / rows);
  }

  private double fixed() {
    return Math.max(0, (seconds - perRow() * rows) / weight);
  }
}
