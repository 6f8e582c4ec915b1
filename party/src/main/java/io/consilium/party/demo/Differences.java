package io.consilium.party.demo;

/** How far two lists of numbers are apart. */
final class Differences {

  private Differences() {}

  /** The largest absolute difference; NaN if any number is NaN. */
  static double largest(double[] left, double[] right) {
    if (left.length != right.length) {
      throw new IllegalArgumentException(left.length + " numbers against " + right.length);
    }
    double largest = 0;
    for (int i = 0; i < left.length; i++) {
      largest = Math.max(largest, Math.abs(left[i] - right[i]));
    }
    return largest;
  }
}
