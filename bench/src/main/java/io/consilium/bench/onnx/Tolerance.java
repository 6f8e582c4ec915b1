package io.consilium.bench.onnx;

import java.util.Optional;

/** When an output counts as the expected one. */
sealed interface Tolerance {
  /** What is wrong with the outputs, if anything. */
  Optional<String> problem(double[] actual, double[] expected);

  /** Every element within so much of its own size and so much besides. */
  record OfElements(double relative, double absolute) implements Tolerance {
    static final OfElements DEFAULT = new OfElements(1e-2, 2e-3);

    @Override
    public Optional<String> problem(double[] actual, double[] expected) {
      int worst = -1;
      double excess = 0;
      for (int i = 0; i < expected.length; i++) {
        double beyond =
            Math.abs(actual[i] - expected[i]) - absolute - relative * Math.abs(expected[i]);
        if (!(beyond <= excess)) {
          worst = i;
          excess = beyond;
        }
      }
      return worst < 0
          ? Optional.empty()
          : Optional.of(
              "element %d is %.6g and not %.6g".formatted(worst, actual[worst], expected[worst]));
    }
  }

  /** The largest is the same one, and all are within so much of the largest. */
  record OfNetwork(double relative) implements Tolerance {
    static final OfNetwork DEFAULT = new OfNetwork(1e-2);

    @Override
    public Optional<String> problem(double[] actual, double[] expected) {
      double largest = 0;
      double distance = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        distance = Math.max(distance, Math.abs(actual[i] - expected[i]));
      }
      int best = best(actual);
      int wanted = best(expected);
      if (best != wanted && expected[best] < expected[wanted]) {
        return Optional.of("the largest is element %d and not %d".formatted(best, wanted));
      }
      return distance <= relative * largest
          ? Optional.empty()
          : Optional.of("an output is off by %.2g of the largest".formatted(distance / largest));
    }

    private static int best(double[] elements) {
      int best = 0;
      for (int i = 1; i < elements.length; i++) {
        best = elements[i] > elements[best] ? i : best;
      }
      return best;
    }
  }
}
