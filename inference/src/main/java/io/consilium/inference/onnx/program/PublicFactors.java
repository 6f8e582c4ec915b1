package io.consilium.inference.onnx.program;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;

/** Formats of public factors: no more fraction bits than they need, or than there is room for. */
final class PublicFactors {
  /** Of a factor as small as one over the elements of the largest tensor. */
  private static final int BITS_MAX = 40;

  /** Bits of a factor that count: the relative error of the product is 2^-18. */
  private static final int SIGNIFICANT_BITS = 18;

  private PublicFactors() {}

  /** A tensor of all records times public factors of each. Local. */
  static SecretTensor times(Step step, SecretTensor x, double[] factors) {
    FixedPoint format = format(factors, Scales.publicProductBits(step.range()), x);
    return step.backend().multiply(x, step.repeated(format.encode(factors)), format);
  }

  /**
   * The format of factors of a secret tensor.
   *
   * @param productBits fraction bits that the products may have
   */
  private static FixedPoint format(double[] factors, int productBits, SecretTensor x) {
    int room = productBits - x.format().fractionBits();
    int useful = SIGNIFICANT_BITS - Scales.wholeBits(Interval.of(factors).magnitude());
    int most = Math.clamp(Math.min(room, useful), 0, BITS_MAX);
    int bits = 0;
    while (bits < most && !isExact(factors, bits)) {
      bits++;
    }
    return new FixedPoint(bits);
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
