package io.consilium.bench.onnx;

import io.consilium.inference.onnx.OutputRange;
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

  /**
   * All are within so much absolutely, which is 1 % of the range of the output over all data sets;
   * and the largest is the same one, or as close to it as two such errors: a near tie may turn.
   */
  record OfNetwork(double absolute) implements Tolerance {
    static OfNetwork of(OutputRange range) {
      return new OfNetwork(range.errorMax());
    }

    @Override
    public Optional<String> problem(double[] actual, double[] expected) {
      double distance = 0;
      for (int i = 0; i < expected.length; i++) {
        distance = Math.max(distance, Math.abs(actual[i] - expected[i]));
      }
      int best = best(actual);
      int wanted = best(expected);
      if (best != wanted && expected[wanted] - expected[best] > 2 * absolute) {
        return Optional.of("the largest is element %d and not %d".formatted(best, wanted));
      }
      return distance <= absolute
          ? Optional.empty()
          : Optional.of(
              "an element is off by %.3g and may be by %.3g".formatted(distance, absolute));
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
