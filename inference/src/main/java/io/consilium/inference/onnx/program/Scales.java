package io.consilium.inference.onnx.program;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ValueRange;

/**
 * Which fixed-point formats a tensor can have. What is compared has codes of 29 bits, so that a
 * difference of two is compared with 32 at most. Numbers below 2^9 have 20 fraction bits, and small
 * ones more, so that 18 bits of the largest remain. {@link Formats} chooses.
 */
public final class Scales {
  static final int FRACTION_BITS_MAX = 20;
  static final int FRACTION_BITS_MIN = 4;
  private static final int CODE_BITS = 29;

  /** Codes that are only added and multiplied may be as wide. */
  private static final int WIDE_CODE_BITS = 45;

  /** Bits that remain of the largest number of a small tensor. */
  static final int SIGNIFICANT_BITS = 18;

  /** A format of the smallest numbers: products of two of them still have one. */
  private static final int SMALL_BITS_MAX = 58;

  /** Codes before a truncation stay below 2^61; one bit is left for what is added to them. */
  private static final int PRODUCT_BITS = 59;

  private static final int PRODUCT_FRACTION_BITS_MAX = 60;

  /** An approximation or rounding errs by less than so many units of a small tensor: 2^13. */
  private static final int SLACK_BITS = 13;

  private Scales() {}

  /** Bits before the point that hold a number of this size; may be negative. */
  static int wholeBits(double magnitude) {
    return magnitude == 0 ? -FRACTION_BITS_MAX : Math.getExponent(magnitude * (1 + 0x1p-6)) + 1;
  }

  /** Whether some format holds the interval; a wide one, beyond 2^25. */
  public static boolean holds(Interval interval) {
    return interval.isFinite()
        && WIDE_CODE_BITS - wholeBits(interval.magnitude()) >= FRACTION_BITS_MIN;
  }

  /** Fraction bits with codes that can be compared. */
  static int fractionBits(Interval interval) {
    return fractionBits(interval, Integer.MAX_VALUE);
  }

  /**
   * The same for a tensor whose elements are known with so many fraction bits only.
   *
   * @param worth beyond 20 there are no more than these
   */
  static int fractionBits(Interval interval, int worth) {
    if (interval.magnitude() == 0) {
      return FRACTION_BITS_MAX;
    }
    int whole = wholeBits(interval.magnitude());
    int ofSmall = Math.min(Math.min(SIGNIFICANT_BITS - whole, worth), SMALL_BITS_MAX);
    return Math.max(Math.min(CODE_BITS - whole, Math.max(FRACTION_BITS_MAX, ofSmall)), 0);
  }

  /** Fraction bits with which elements of an interval are compared. */
  static int comparableBits(Interval interval) {
    return Math.clamp(CODE_BITS - wholeBits(interval.magnitude()), 0, SMALL_BITS_MAX);
  }

  /** Fraction bits that codes may have which are only added and multiplied. */
  static int wideFractionBits(Interval interval) {
    return Math.clamp(WIDE_CODE_BITS - wholeBits(interval.magnitude()), 0, SMALL_BITS_MAX);
  }

  /**
   * The promise for such a tensor, with room for what rounding and approximations add.
   *
   * @param ownBits fraction bits of the tensor between instructions
   */
  public static ValueRange promise(Interval interval, FixedPoint format, int ownBits) {
    double slack = Math.scalb(1.0, SLACK_BITS - Math.max(ownBits, FRACTION_BITS_MAX));
    return ValueRange.of(format, interval.magnitude() * (1 + 0x1p-6) + slack);
  }

  /** Fraction bits that a product whose results lie in an interval may have. */
  static int productBits(Interval interval) {
    return Math.min(PRODUCT_FRACTION_BITS_MAX, PRODUCT_BITS - wholeBits(interval.magnitude()));
  }
}
