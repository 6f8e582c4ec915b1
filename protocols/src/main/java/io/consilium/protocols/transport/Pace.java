package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long something large may take to arrive: each of its pieces, and all of it. A sender that
 * stalls is given up after the patience for a piece; one that trickles, when the whole is overdue.
 * Begins when it is made. One thread.
 */
public final class Pace {
  private final Duration piece;
  private final Duration whole;
  private final LongSupplier nanos;
  private final long startNanos;

  /**
   * A pace.
   *
   * @param nanos a clock that nobody sets
   */
  public Pace(Duration piece, Duration whole, LongSupplier nanos) {
    this.piece = piece;
    this.whole = whole;
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
  }

  /**
   * How long to wait for the next piece.
   *
   * @throws ConnectionException {@link Reason#TIMEOUT} if the whole is overdue
   */
  public Duration next() throws ConnectionException {
    Duration left = whole.minusNanos(nanos.getAsLong() - startNanos);
    if (!left.isPositive()) {
      throw new ConnectionException(
          Reason.TIMEOUT, "not all of it came within " + whole.toMillis() + " ms");
    }
    return left.compareTo(piece) < 0 ? left : piece;
  }
}
