package io.consilium.inference.onnx.program;

/**
 * Fraction bits of the two factors of a product whose sums lie in the range of a step: their own
 * ones, or fewer where the product had too many.
 */
record FactorBits(int x, int y) {
  /** Of the operands 0 and 1. */
  static FactorBits of(Step step) {
    int x = step.fractionBits(0);
    int y = step.fractionBits(1);
    int excess = Math.max(x + y - Scales.productBits(step.range()), 0);
    return new FactorBits(Math.max(x - (excess + 1) / 2, 0), Math.max(y - excess / 2, 0));
  }

  /** What operand 0, operand 1, or a bias is taken with: a bias is added to the product. */
  int of(int operand) {
    return switch (operand) {
      case 0 -> x;
      case 1 -> y;
      default -> x + y;
    };
  }
}
