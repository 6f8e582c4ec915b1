package io.consilium.protocols;

/**
 * What a program promises of the codes of a tensor: none is larger in absolute value. Widths of
 * comparisons follow from it, and a sum that could leave the ring is found before anything runs.
 * The promise is public and never checked on shares: a broken one gives wrong results, and tells
 * nobody anything. The clear reference checks it.
 *
 * @param codeMax the largest absolute code; {@link Long#MAX_VALUE} if nothing is promised
 */
public record ValueRange(long codeMax) {
  /** Nothing is promised: codes may be any ring elements. */
  public static final ValueRange UNDECLARED = new ValueRange(Long.MAX_VALUE);

  /** Truncation is right for absolute codes below this. */
  private static final long TRUNCATED_MAX = 1L << 61;

  public ValueRange {
    if (codeMax < 0) {
      throw new IllegalArgumentException("a range reaches to 0 or beyond, not to " + codeMax);
    }
  }

  /** The range of a bit. */
  public static ValueRange ofBits() {
    return new ValueRange(1);
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

  ValueRange plus(ValueRange other) {
    long sum = codeMax + other.codeMax;
    return sum < 0 ? UNDECLARED : new ValueRange(sum);
  }

  ValueRange times(ValueRange other) {
    return times(other.codeMax);
  }

  /** A factor or a number of equal summands. */
  ValueRange times(long factor) {
    boolean fits = codeMax == 0 || factor == 0 || Math.multiplyHigh(codeMax, factor) == 0;
    long product = codeMax * factor;
    return isDeclared() && fits && product >= 0 ? new ValueRange(product) : UNDECLARED;
  }

  ValueRange or(ValueRange other) {
    return codeMax >= other.codeMax ? this : other;
  }

  /** Divided by 2^bits, with the error of a truncation. */
  ValueRange shortened(int bits) {
    if (!isDeclared()) {
      return UNDECLARED;
    }
    if (codeMax >= TRUNCATED_MAX) {
      throw new RangeException(
          "a truncation is right for codes below 2^61; this one may take " + this);
    }
    return new ValueRange((codeMax >>> bits) + 2);
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
