package io.consilium.bench;

/**
 * What lies between two parties.
 *
 * @param rttMillis that a message and its answer travel; 0 for the loopback as it is
 * @param mbit per second, in each direction of a link between two parties; 0 for no limit
 */
record Wire(double rttMillis, double mbit) {
  static final Wire LOOPBACK = new Wire(0, 0);

  boolean isLoopback() {
    return rttMillis == 0 && mbit == 0;
  }
}
