package io.consilium.training.network;

/** One over a public count, as an integer times 2^-bits: 1 for powers of two. */
record OneOver(long code, int bits) {
  /**
   * The shortest such integer.
   *
   * @param precision the result may be off by one in so many
   */
  static OneOver of(int count, int precision) {
    int bits = 0;
    while (error(count, bits) * precision > 1) {
      bits++;
    }
    return new OneOver(Math.round(Math.scalb(1.0 / count, bits)), bits);
  }

  private static double error(int count, int bits) {
    double exact = Math.scalb(1.0 / count, bits);
    return Math.abs(Math.rint(exact) - exact) / exact;
  }
}
