package io.consilium.protocols;

/**
 * The fixed-point format of a tensor: a real x is held as round(x * 2^fractionBits) modulo 2^64,
 * two's complement. Zero fraction bits are integers.
 */
public record FixedPoint(int fractionBits) {
  /** Integers: labels, counts, bits. */
  public static final FixedPoint INTEGER = new FixedPoint(0);

  private static final int FRACTION_BITS_MAX = 62;

  public FixedPoint {
    if (fractionBits < 0 || fractionBits > FRACTION_BITS_MAX) {
      throw new IllegalArgumentException(
          "fraction bits must be 0 to " + FRACTION_BITS_MAX + ", not " + fractionBits);
    }
  }

  /**
   * The code of a real.
   *
   * @throws IllegalArgumentException if the real is not finite or does not fit; the message holds
   *     no value, since it may be a record's
   */
  public long encode(double real) {
    double scaled = Math.rint(Math.scalb(real, fractionBits));
    if (!(Math.abs(scaled) < 0x1p62)) {
      throw new IllegalArgumentException(
          "a value is not finite or does not fit " + fractionBits + " fraction bits");
    }
    return (long) scaled;
  }

  public long[] encode(double[] reals) {
    long[] codes = new long[reals.length];
    for (int i = 0; i < reals.length; i++) {
      codes[i] = encode(reals[i]);
    }
    return codes;
  }

  public double decode(long code) {
    return Math.scalb((double) code, -fractionBits);
  }

  public double[] decode(long[] codes) {
    double[] reals = new double[codes.length];
    for (int i = 0; i < codes.length; i++) {
      reals[i] = decode(codes[i]);
    }
    return reals;
  }

  /** The format of a product. */
  public FixedPoint times(FixedPoint other) {
    return new FixedPoint(fractionBits + other.fractionBits);
  }

  /** The format with so many bits more. */
  public FixedPoint plus(int bits) {
    return new FixedPoint(fractionBits + bits);
  }
}
