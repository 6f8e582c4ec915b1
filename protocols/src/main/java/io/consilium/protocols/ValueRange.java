package io.consilium.protocols;

/**
 * What a program promises of the codes of a tensor: none is larger in absolute value. Widths of
 * comparisons follow from it. Ranges of results are derived by interval arithmetic; what could
 * reach 2^61, from where on a truncation is no longer right, promises nothing. The promise is
 * public and never checked on shares: a broken one gives wrong results, and tells nobody anything.
 * The clear reference checks it.
 *
 * @param codeMax the largest absolute code; {@link Long#MAX_VALUE} if nothing is promised
 */
public record ValueRange(long codeMax) {
  /** Nothing is promised: codes may be any ring elements. */
  public static final ValueRange UNDECLARED = new ValueRange(Long.MAX_VALUE);

  /** Truncation is right for absolute codes below this. */
  private static final long DERIVED_END = 1L << 61;

  public ValueRange {
    if (codeMax < 0) {
      throw new IllegalArgumentException("a range reaches to 0 or beyond, not to " + codeMax);
    }
  }

  /** The range of a bit. */
  public static ValueRange ofBits() {
    return new ValueRange(1);
  }

  /** What a comparison of so many bits can take on either side of zero. */
  public static ValueRange ofWidth(int width) {
    return new ValueRange((1L << width - 1) - 1);
  }

  /** Absolute values up to a real in a format, and the rounding of the last place. */
  public static ValueRange of(FixedPoint format, double realMax) {
    return new ValueRange(format.encode(realMax));
  }

  /** What public codes keep to. */
  public static ValueRange of(long[] codes) {
    long largest = 0;
    for (long code : codes) {
      largest = Math.max(largest, code == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(code));
    }
    return new ValueRange(largest);
  }

  public boolean isDeclared() {
    return codeMax != Long.MAX_VALUE;
  }

  /** Whether a code keeps to the promise. */
  public boolean holds(long code) {
    return !isDeclared() || -codeMax <= code && code <= codeMax;
  }

  /** Whether all that keeps to this promise keeps to another. */
  public boolean isWithin(ValueRange other) {
    return codeMax <= other.codeMax;
  }

  ValueRange plus(ValueRange other) {
    long sum = codeMax + other.codeMax;
    return derived(sum);
  }

  ValueRange times(ValueRange other) {
    return times(other.codeMax);
  }

  /** A factor or a number of equal summands. */
  ValueRange times(long factor) {
    boolean fits = codeMax == 0 || factor == 0 || Math.multiplyHigh(codeMax, factor) == 0;
    long product = codeMax * factor;
    return isDeclared() && fits ? derived(product) : UNDECLARED;
  }

  private static ValueRange derived(long codeMax) {
    return codeMax >= 0 && codeMax < DERIVED_END ? new ValueRange(codeMax) : UNDECLARED;
  }

  ValueRange or(ValueRange other) {
    return codeMax >= other.codeMax ? this : other;
  }

  /** Divided by 2^bits, with the error of a truncation. */
  ValueRange shortened(int bits) {
    return isDeclared() ? new ValueRange((codeMax >>> bits) + 2) : UNDECLARED;
  }

  /**
   * The narrowest width of a comparison that is right for the range.
   *
   * @throws RangeException if no range is declared, or none that leaves room for the sign
   */
  public int comparisonWidth() {
    if (!isDeclared()) {
      throw new RangeException("a comparison needs the declared range of its operand");
    }
    return Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(codeMax) + 1);
  }

  @Override
  public String toString() {
    return isDeclared() ? "codes up to " + codeMax : "any codes";
  }
}
