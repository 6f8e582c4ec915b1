package io.consilium.inference.onnx.program;

import java.util.function.DoubleUnaryOperator;

/** All reals from {@code low} to {@code high}; either may be infinite. */
public record Interval(double low, double high) {
  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("from " + low + " to " + high);
    }
  }

  public static final Interval ALL =
      new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Ends closer to zero than that are not told apart. */
  private static final double SMALLEST_END = 0x1p-60;

  public static final Interval UNIT = new Interval(0, 1);

  /** What some elements lie in; zero for none. */
  public static Interval of(double[] elements) {
    if (elements.length == 0) {
      return new Interval(0, 0);
    }
    double low = elements[0];
    double high = elements[0];
    for (double element : elements) {
      low = Math.min(low, element);
      high = Math.max(high, element);
    }
    return new Interval(low, high);
  }

  /** The largest absolute value. */
  public double magnitude() {
    return Math.max(Math.abs(low), Math.abs(high));
  }

  /** Whether it has two ends. */
  public boolean isFinite() {
    return magnitude() < Double.POSITIVE_INFINITY;
  }

  /** The image of a function that never falls. */
  public Interval rising(DoubleUnaryOperator f) {
    return new Interval(f.applyAsDouble(low), f.applyAsDouble(high));
  }

  public Interval plus(Interval other) {
    return new Interval(low + other.low, high + other.high);
  }

  public Interval minus(Interval other) {
    return new Interval(low - other.high, high - other.low);
  }

  public Interval times(Interval other) {
    double a = product(low, other.low);
    double b = product(low, other.high);
    double c = product(high, other.low);
    double d = product(high, other.high);
    return new Interval(
        Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
  }

  /** Zero times infinity is zero: no element of the interval is infinite. */
  private static double product(double x, double y) {
    return x == 0 || y == 0 ? 0 : x * y;
  }

  public Interval times(double factor) {
    return times(new Interval(factor, factor));
  }

  /** The square of an element. */
  public Interval squared() {
    double most = magnitude() * magnitude();
    double least = low <= 0 && high >= 0 ? 0 : Math.min(low * low, high * high);
    return new Interval(least, most);
  }

  /** The smallest interval that holds both. */
  public Interval or(Interval other) {
    return new Interval(Math.min(low, other.low), Math.max(high, other.high));
  }

  /** What is in both, or the other if they have nothing in common. */
  public Interval and(Interval other) {
    double from = Math.max(low, other.low);
    double to = Math.min(high, other.high);
    return from <= to ? new Interval(from, to) : other;
  }

  /**
   * The ends moved away from zero to the next power of two, so that they tell no more of what lies
   * between them than its size; an end at zero stays.
   */
  public Interval rounded() {
    return new Interval(Math.min(away(low), 0), Math.max(away(high), 0));
  }

  private static double away(double end) {
    if (end == 0 || Double.isInfinite(end)) {
      return end;
    }
    double power = Math.scalb(1.0, Math.getExponent(Math.abs(end)));
    double outside = power < Math.abs(end) ? 2 * power : power;
    return Math.copySign(Math.max(outside, SMALLEST_END), end);
  }

  /** As far to both sides of zero, unless it has one side only. */
  public Interval balanced() {
    double size = magnitude();
    return new Interval(low < 0 ? -size : 0, high > 0 ? size : 0);
  }

  @Override
  public String toString() {
    return "%.4g to %.4g".formatted(low, high);
  }
}
