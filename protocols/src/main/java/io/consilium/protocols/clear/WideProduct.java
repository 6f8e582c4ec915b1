package io.consilium.protocols.clear;

import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import java.util.function.BiConsumer;

/**
 * How large a sum of products is as an integer, although the ring only keeps it modulo 2^64: the
 * operands are cut into limbs of 22 bits, whose products the ring has room for.
 */
final class WideProduct {
  private static final int LIMB_BITS = 22;
  private static final int LIMBS = 3;

  private WideProduct() {}

  /**
   * The largest absolute value of a product, exact to 50 bits; a bound below 2^63 if the operands
   * are so small that no sum can reach it.
   *
   * @param ring adds a product to codes
   */
  static double largest(SecretProduct product, BiConsumer<SecretProduct, long[]> ring) {
    SecretTensor x = first(product);
    SecretTensor y = second(product);
    long[] left = ClearTensor.codes(x);
    long[] right = ClearTensor.codes(y);
    // An element is in one summand of a sum at most.
    double summands = Math.min(left.length, right.length);
    double bound = RangeWatch.largest(left) * RangeWatch.largest(right) * summands;
    if (bound < 0x1p63) {
      return bound;
    }
    double[] sums = new double[product.type().size()];
    for (int i = 0; i < LIMBS; i++) {
      for (int j = 0; j < LIMBS; j++) {
        long[] part = new long[sums.length];
        ring.accept(with(product, limb(x, i), limb(y, j)), part);
        for (int k = 0; k < sums.length; k++) {
          sums[k] += Math.scalb((double) part[k], LIMB_BITS * (i + j));
        }
      }
    }
    double largest = 0;
    for (double sum : sums) {
      largest = Math.max(largest, Math.abs(sum));
    }
    return largest;
  }

  /** The sign and 22 bits of the absolute value; the last limb has what is left. */
  private static SecretTensor limb(SecretTensor x, int index) {
    long mask = index == LIMBS - 1 ? -1L : (1L << LIMB_BITS) - 1;
    long[] codes = ClearTensor.codes(x).clone();
    for (int i = 0; i < codes.length; i++) {
      long part = Math.abs(codes[i]) >>> LIMB_BITS * index & mask;
      codes[i] = codes[i] < 0 ? -part : part;
    }
    return new ClearTensor(x.type(), codes);
  }

  private static SecretTensor first(SecretProduct product) {
    return switch (product) {
      case SecretProduct.OfMatrices p -> p.x();
      case SecretProduct.Convolution p -> p.weights();
      case SecretProduct.InputGradient p -> p.weights();
      case SecretProduct.WeightGradient p -> p.input();
    };
  }

  private static SecretTensor second(SecretProduct product) {
    return switch (product) {
      case SecretProduct.OfMatrices p -> p.y();
      case SecretProduct.Convolution p -> p.input();
      case SecretProduct.InputGradient p -> p.error();
      case SecretProduct.WeightGradient p -> p.error();
    };
  }

  private static SecretProduct with(SecretProduct product, SecretTensor x, SecretTensor y) {
    return switch (product) {
      case SecretProduct.OfMatrices p ->
          new SecretProduct.OfMatrices(x, p.transposeX(), y, p.transposeY());
      case SecretProduct.Convolution p -> new SecretProduct.Convolution(p.geometry(), x, y);
      case SecretProduct.InputGradient p -> new SecretProduct.InputGradient(p.geometry(), x, y);
      case SecretProduct.WeightGradient p -> new SecretProduct.WeightGradient(p.geometry(), x, y);
    };
  }
}
