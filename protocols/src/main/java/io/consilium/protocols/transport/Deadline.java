package io.consilium.protocols.transport;

import java.time.Duration;

/** The end of a wait, on a clock that nobody sets. The transport's only reading of the time. */
final class Deadline {
  private final long patienceNanos;
  private final boolean renewedByProgress;
  private long startNanos;

  private Deadline(Duration patience, boolean renewedByProgress) {
    this.patienceNanos = patience.toNanos();
    this.renewedByProgress = renewedByProgress;
    this.startNanos = System.nanoTime();
  }

  /** The whole operation has so much time, however slowly bytes trickle in. */
  static Deadline in(Duration time) {
    return new Deadline(time, false);
  }

  /** The peer may be silent for so long at a time. */
  static Deadline ofSilence(Duration time) {
    return new Deadline(time, true);
  }

  /** Called when a wait begins and whenever the peer did something. */
  void progressed() {
    if (renewedByProgress) {
      startNanos = System.nanoTime();
    }
  }

  boolean isOver() {
    return leftNanos() <= 0;
  }

  /** At least one, since zero means forever to a selector. */
  long leftMillis() {
    return Math.max(1, leftNanos() / 1_000_000);
  }

  Duration left() {
    return Duration.ofMillis(leftMillis());
  }

  long patienceMillis() {
    return patienceNanos / 1_000_000;
  }

  private long leftNanos() {
    return patienceNanos - (System.nanoTime() - startNanos);
  }
}
