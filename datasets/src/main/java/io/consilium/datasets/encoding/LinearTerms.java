package io.consilium.datasets.encoding;

import java.util.Arrays;
import java.util.List;

/** The weights and the intercept of a linear model over a layout's features. */
public record LinearTerms(List<Double> weights, double intercept) {
  public LinearTerms {
    weights = List.copyOf(weights);
  }

  public static LinearTerms of(double[] weights, double intercept) {
    return new LinearTerms(Arrays.stream(weights).boxed().toList(), intercept);
  }
}
