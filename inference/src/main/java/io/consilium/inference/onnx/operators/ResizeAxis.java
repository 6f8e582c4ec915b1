package io.consilium.inference.onnx.operators;

import java.util.Arrays;
import java.util.Set;

/**
 * One axis of a resizing: for each place of the result the places of the input and their weights;
 * none where it lies outside. As the reference implementation of ONNX has it (onnx/onnx,
 * reference/ops/op_resize.py).
 */
record ResizeAxis(int[][] places, double[][] weights) {
  /** What holds for all axes. */
  record Rules(
      String mode,
      String coordinates,
      String nearest,
      double cubic,
      boolean excludesOutside,
      boolean antialias) {
    private static final Set<String> MODES = Set.of("nearest", "linear", "cubic");
    private static final Set<String> COORDINATES =
        Set.of(
            "half_pixel",
            "half_pixel_symmetric",
            "pytorch_half_pixel",
            "align_corners",
            "asymmetric",
            "tf_crop_and_resize",
            "tf_half_pixel_for_nn");

    void check(Call call) {
      if (!MODES.contains(mode) || !COORDINATES.contains(coordinates)) {
        throw call.refusal(
            "the mode '%s' with the coordinates '%s' is not supported"
                .formatted(mode, coordinates));
      }
    }
  }

  static ResizeAxis of(Rules rules, int input, int output, double scale, double[] crop) {
    int[][] places = new int[output][];
    double[][] weights = new double[output][];
    boolean same = input == output && scale == 1 && !rules.coordinates().startsWith("tf_crop");
    for (int i = 0; i < output; i++) {
      double x = same ? i : coordinate(rules, i, input, output, scale, crop);
      if (rules.coordinates().equals("tf_crop_and_resize") && (x < 0 || x > input - 1)) {
        places[i] = new int[0];
        weights[i] = new double[0];
        continue;
      }
      boolean whole = x == Math.rint(x);
      // The place on the left; a whole number lies at the end of the interval before it.
      int left = (int) Math.floor(x) - (whole ? 1 : 0);
      double ratio = x - left;
      double[] factors = factors(rules, ratio, scale);
      int first = left + 1 - factors.length / 2;
      put(rules, input, first, factors, places, weights, i);
    }
    return new ResizeAxis(places, weights);
  }

  private static void put(
      Rules rules,
      int input,
      int first,
      double[] factors,
      int[][] places,
      double[][] weights,
      int i) {
    double sum = 0;
    for (int t = 0; t < factors.length; t++) {
      boolean outside = first + t < 0 || first + t >= input;
      factors[t] = rules.excludesOutside() && outside ? 0 : factors[t];
      sum += factors[t];
    }
    int[] found = new int[factors.length];
    double[] kept = new double[factors.length];
    int count = 0;
    for (int t = 0; t < factors.length; t++) {
      if (factors[t] != 0) {
        found[count] = Math.clamp(first + t, 0, input - 1);
        kept[count++] = rules.excludesOutside() ? factors[t] / sum : factors[t];
      }
    }
    places[i] = Arrays.copyOf(found, count);
    weights[i] = Arrays.copyOf(kept, count);
  }

  private static double coordinate(
      Rules rules, int i, int input, int output, double scale, double[] crop) {
    double length = scale * input;
    return switch (rules.coordinates()) {
      case "align_corners" -> length == 1 ? 0 : i * (input - 1) / (length - 1);
      case "asymmetric" -> i / scale;
      case "pytorch_half_pixel" -> length == 1 ? -0.5 : (i + 0.5) / scale - 0.5;
      case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
      case "half_pixel_symmetric" -> input / 2.0 * (1 - output / length) + (i + 0.5) / scale - 0.5;
      case "tf_crop_and_resize" ->
          crop[0] * (input - 1)
              + (length == 1
                  ? (crop[1] - crop[0]) * (input - 1) / 2
                  : i * (crop[1] - crop[0]) * (input - 1) / (length - 1));
      default -> (i + 0.5) / scale - 0.5;
    };
  }

  private static double[] factors(Rules rules, double ratio, double scale) {
    double narrow = rules.antialias() ? Math.min(scale, 1) : 1;
    return switch (rules.mode()) {
      case "nearest" -> nearest(rules.nearest(), ratio);
      case "linear" -> filter(1, ratio, narrow, x -> Math.clamp(1 - Math.abs(x), 0, 1));
      default -> filter(2, ratio, narrow, x -> cubic(rules.cubic(), Math.abs(x)));
    };
  }

  private static double[] nearest(String mode, double ratio) {
    boolean left =
        switch (mode) {
          case "floor" -> ratio < 1;
          case "ceil" -> false;
          case "round_prefer_ceil" -> ratio < 0.5;
          default -> ratio <= 0.5;
        };
    return left ? new double[] {1, 0} : new double[] {0, 1};
  }

  @FunctionalInterface
  private interface Kernel {
    double at(double x);
  }

  /** The kernel at the places around, wider where an image shrinks, with the sum 1. */
  private static double[] filter(int reach, double ratio, double scale, Kernel kernel) {
    int start = (int) Math.floor(-reach / scale) + 1;
    double[] factors = new double[2 - 2 * start];
    double sum = 0;
    for (int t = 0; t < factors.length; t++) {
      factors[t] = kernel.at((start + t - ratio) * scale);
      sum += factors[t];
    }
    for (int t = 0; t < factors.length; t++) {
      factors[t] /= sum;
    }
    return factors;
  }

  private static double cubic(double a, double x) {
    if (x <= 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  }
}
