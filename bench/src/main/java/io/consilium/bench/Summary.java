package io.consilium.bench;

import java.util.Arrays;

/** Median, least and largest of some numbers. */
record Summary(double median, double min, double max) {
  static Summary of(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    return new Summary(median, sorted[0], sorted[sorted.length - 1]);
  }
}
