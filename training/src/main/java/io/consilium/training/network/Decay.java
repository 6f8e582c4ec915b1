package io.consilium.training.network;

/**
 * What an average that forgets keeps in a step: average = average + (1 - beta) (new - average). 1 -
 * beta is represented as an integer of 7 bits times a power of two, so that no product with it
 * outgrows the ring.
 *
 * @param code from 64 up to 128
 * @param bits 1 - beta is 2^-bits times the code
 */
record Decay(long code, int bits) {
  private static final int CODE_BITS = 7;

  static Decay of(double beta) {
    double rest = 1 - beta;
    int bits = CODE_BITS - 1 - Math.getExponent(rest);
    return new Decay(Math.round(Math.scalb(rest, bits)), bits);
  }

  /** Beta as it is represented. */
  double beta() {
    return 1 - Math.scalb((double) code, -bits);
  }
}
