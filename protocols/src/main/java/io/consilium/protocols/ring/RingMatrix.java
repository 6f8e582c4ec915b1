package io.consilium.protocols.ring;

import java.util.List;

/**
 * Matrix products modulo 2^64, of any shape and transposition, without a copy of an operand.
 *
 * <p>Large products are packed, blocked and shared among the threads of {@code
 * consilium.computeThreads}; see {@link RingKernels} for the kernels.
 */
public final class RingMatrix {
  private static final ComputeThreads THREADS = ComputeThreads.configured();

  private RingMatrix() {}

  /** A matrix in row-major order, read as it is or transposed. */
  public record View(long[] elements, int rows, int columns, boolean transposed) {
    /** Rows after transposition. */
    public int height() {
      return transposed ? columns : rows;
    }

    /** Columns after transposition. */
    public int width() {
      return transposed ? rows : columns;
    }
  }

  /**
   * z += x * y.
   *
   * @param z [x.height, y.width]
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void multiplyAdd(View x, View y, long[] z) {
    check(x, y, z);
    if (RingKernels.automatic() && ThinProduct.applies(x, y)) {
      ThinProduct.multiplyAdd(x, y, z);
    } else {
      multiplyAdd(product(x, y, z));
    }
  }

  /**
   * z += xOwn * (yOwn + yNext) + xNext * yOwn: what a holder of two of three additive shares of
   * each factor contributes to the product (Araki et al., CCS 2016, section 2.2), in one pass over
   * z and without an array for the sum.
   *
   * @param z [x.height, y.width]
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void replicatedMultiplyAdd(View xOwn, View xNext, View yOwn, View yNext, long[] z) {
    check(xOwn, yOwn, z);
    checkSame(xOwn, xNext);
    checkSame(yOwn, yNext);
    if (RingKernels.automatic() && ThinProduct.applies(xOwn, yOwn)) {
      ThinProduct.multiplyAdd(xOwn, xNext, yOwn, yNext, z);
      return;
    }
    multiplyAdd(replicatedProduct(xOwn, xNext, yOwn, yNext, z));
  }

  static Product product(View x, View y, long[] z) {
    return product(new Factors.Plain<>(x, y), result(y, z));
  }

  static Product replicatedProduct(View xOwn, View xNext, View yOwn, View yNext, long[] z) {
    return product(new Factors.Replicated<>(xOwn, xNext, yOwn, yNext), result(yOwn, z));
  }

  private static Product product(Factors<View> factors, Result result) {
    return new Product(
        factors.left(MatrixOperand::left), factors.right(MatrixOperand::right), result);
  }

  private static void multiplyAdd(Product product) {
    multiplyAdd(product.multiplyAdds(), List.of(product));
  }

  /** Products that write to different places. */
  static void multiplyAdd(long multiplyAdds, List<Product> products) {
    new TiledProduct(RingKernels.forProduct(multiplyAdds), THREADS).multiplyAdd(products);
  }

  private static MatrixResult result(View y, long[] z) {
    return new MatrixResult(z, 0, y.width());
  }

  private static void check(View x, View y, long[] z) {
    if (x.width() != y.height()) {
      throw new IllegalArgumentException(
          "inner dimensions differ: " + x.width() + " and " + y.height());
    }
    checkLength(x);
    checkLength(y);
    if (z.length != (long) x.height() * y.width()) {
      throw new IllegalArgumentException(
          "the result has " + z.length + " elements, not " + x.height() + " * " + y.width());
    }
  }

  private static void checkLength(View x) {
    if (x.elements().length != (long) x.rows() * x.columns()) {
      throw new IllegalArgumentException(
          "a matrix of "
              + x.elements().length
              + " elements is not "
              + x.rows()
              + " * "
              + x.columns());
    }
  }

  private static void checkSame(View own, View next) {
    checkLength(next);
    if (own.height() != next.height() || own.width() != next.width()) {
      throw new IllegalArgumentException(
          "shares differ in shape: "
              + own.height()
              + " * "
              + own.width()
              + " and "
              + next.height()
              + " * "
              + next.width());
    }
  }
}
