package io.consilium.inference.onnx.program;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ValueRange;

/**
 * Which fixed-point format a tensor gets: codes of 29 bits, so that a difference of two is compared
 * with 32 at most, and never more than 20 fraction bits.
 */
public final class Scales {
  private static final int FRACTION_BITS_MAX = 20;
  private static final int FRACTION_BITS_MIN = 4;
  private static final int CODE_BITS = 29;

  /** Codes before a truncation stay below 2^61; one bit is left for what is added to them. */
  private static final int PRODUCT_BITS = 59;

  private Scales() {}

  /** Bits before the point that hold a number of this size; may be negative. */
  static int wholeBits(double magnitude) {
    return magnitude == 0 ? -FRACTION_BITS_MAX : Math.getExponent(magnitude * (1 + 0x1p-6)) + 1;
  }

  /** Whether some format holds the interval. */
  public static boolean holds(Interval interval) {
    return interval.isFinite() && CODE_BITS - wholeBits(interval.magnitude()) >= FRACTION_BITS_MIN;
  }

  /**
   * The format of a tensor whose elements lie in an interval.
   *
   * @throws IllegalArgumentException if none holds it
   */
  public static FixedPoint of(Interval interval) {
    if (!holds(interval)) {
      throw new IllegalArgumentException("no format for " + interval);
    }
    return new FixedPoint(Math.min(FRACTION_BITS_MAX, CODE_BITS - wholeBits(interval.magnitude())));
  }

  /** The promise for such a tensor, with room for what rounding and approximations add. */
  public static ValueRange promise(Interval interval, FixedPoint format) {
    return ValueRange.of(format, interval.magnitude() * (1 + 0x1p-6) + 0x1p-7);
  }

  /** Fraction bits that a product whose results lie in an interval may have. */
  static int productBits(Interval interval) {
    return Math.min(2 * FRACTION_BITS_MAX, publicProductBits(interval));
  }

  /** The same with public factors, which may be so small that they need more bits. */
  static int publicProductBits(Interval interval) {
    return PRODUCT_BITS - wholeBits(interval.magnitude());
  }
}
