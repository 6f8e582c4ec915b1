package io.consilium.inference.onnx.program;

import java.util.List;

/** What sums of products lie in. */
final class SumsOfProducts {
  private SumsOfProducts() {}

  /** Sums of so many products of two operands. */
  static Interval range(List<Interval> operands, int summands) {
    return operands.get(0).times(operands.get(1)).times(summands);
  }
}
