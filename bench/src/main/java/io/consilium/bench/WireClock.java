package io.consilium.bench;

/**
 * When bytes arrive at the far end of one direction of a link. Bytes leave one after the other at
 * the rate of the wire and are then under way for half a round trip, all at the same time.
 */
final class WireClock {
  private Wire wire;
  private long freeNanos;
  private boolean used;

  WireClock(Wire wire) {
    this.wire = wire;
  }

  /** From now on the link is this one. */
  synchronized void change(Wire changed) {
    wire = changed;
  }

  /**
   * Bytes enter the link.
   *
   * @param nowNanos when, never before an earlier call
   * @return when the last of them arrives, never before those of an earlier call
   */
  synchronized long arrivalNanos(long nowNanos, int bytes) {
    long start = used && freeNanos - nowNanos > 0 ? freeNanos : nowNanos;
    used = true;
    freeNanos = start + wire.busyNanos(bytes);
    return freeNanos + wire.delayNanos();
  }
}
