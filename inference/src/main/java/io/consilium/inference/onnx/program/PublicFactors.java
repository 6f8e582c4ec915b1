package io.consilium.inference.onnx.program;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;

/** Formats of public factors: no more fraction bits than they need, or than there is room for. */
final class PublicFactors {
  /** Of the smallest factors. */
  private static final int BITS_MAX = 58;

  private PublicFactors() {}

  /** A tensor of all records times public factors of each. Local. */
  static SecretTensor times(Step step, SecretTensor x, double[] factors) {
    FixedPoint format = format(factors, Scales.productBits(step.range()), x);
    return step.backend().multiply(x, step.repeated(format.encode(factors)), format);
  }

  /**
   * The format of factors of a secret tensor.
   *
   * @param productBits fraction bits that the products may have
   */
  private static FixedPoint format(double[] factors, int productBits, SecretTensor x) {
    int room = Math.max(productBits - x.format().fractionBits(), 0);
    return new FixedPoint(Math.min(usefulBits(factors), room));
  }

  /** Fraction bits with which all factors are exact, or the smallest one is right to 18 bits. */
  static int usefulBits(double[] factors) {
    double smallest = Double.POSITIVE_INFINITY;
    for (double factor : factors) {
      smallest = factor == 0 ? smallest : Math.min(smallest, Math.abs(factor));
    }
    if (smallest == Double.POSITIVE_INFINITY) {
      return 0;
    }
    int most = Math.clamp(Scales.SIGNIFICANT_BITS - Scales.wholeBits(smallest), 0, BITS_MAX);
    int bits = 0;
    while (bits < most && !isExact(factors, bits)) {
      bits++;
    }
    return bits;
  }

  private static boolean isExact(double[] factors, int bits) {
    for (double factor : factors) {
      double scaled = Math.scalb(factor, bits);
      if (scaled != Math.rint(scaled)) {
        return false;
      }
    }
    return true;
  }
}
