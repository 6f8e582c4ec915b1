package io.consilium.bench;

/**
 * What lies between two parties.
 *
 * @param rttMillis that a message and its answer travel; 0 for the loopback as it is
 * @param mbit per second, in each direction of a link between two parties; 0 for no limit
 */
record Wire(double rttMillis, double mbit) {
  static final Wire LOOPBACK = new Wire(0, 0);

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_BYTE_AT_ONE_MBIT = 8_000;

  boolean isLoopback() {
    return rttMillis == 0 && mbit == 0;
  }

  /** How long a byte travels. */
  long delayNanos() {
    return Math.round(rttMillis * NANOS_PER_MILLI / 2);
  }

  /** How long the sender's end of the link is busy with so many bytes. */
  long busyNanos(long bytes) {
    return mbit == 0 ? 0 : Math.round(bytes * NANOS_PER_BYTE_AT_ONE_MBIT / mbit);
  }
}
