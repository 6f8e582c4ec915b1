package io.consilium.inference.onnx.program;

/**
 * Fraction bits of the two factors of a product whose sums lie in the range of a step: their own
 * ones, or fewer where the product had too many.
 */
record FactorBits(int x, int y) {
  /** A factor below 2^9 leaves the products right with 20 fraction bits of the other one. */
  static final int WHOLE_BITS_SMALL = 9;

  /** Of the operands 0 and 1. */
  static FactorBits of(Step step) {
    int room = Scales.productBits(step.range());
    int x =
        step.isPublic(0) ? ofPublic(step, 0, room - step.fractionBits(1)) : step.fractionBits(0);
    int y = step.isPublic(1) ? ofPublic(step, 1, room - x) : step.fractionBits(1);
    int excess = Math.max(x + y - room, 0);
    return new FactorBits(Math.max(x - (excess + 1) / 2, 0), Math.max(y - excess / 2, 0));
  }

  /**
   * Public factors take all the room that a large factor leaves them: it multiplies what they leave
   * out. Beside a small one more bits change nothing, and the truncation of the product sends each.
   */
  private static int ofPublic(Step step, int operand, int room) {
    int least = step.fractionBits(operand);
    if (Scales.wholeBits(step.interval(1 - operand).magnitude()) <= WHOLE_BITS_SMALL) {
      return least;
    }
    return Math.clamp(
        room, least, Math.max(least, Scales.wideFractionBits(step.interval(operand))));
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
