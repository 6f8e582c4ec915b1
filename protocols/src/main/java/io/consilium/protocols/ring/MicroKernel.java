package io.consilium.protocols.ring;

/**
 * The product of a packed panel of {@value #ROWS} rows and a packed panel of {@link #columns}
 * columns, held in registers: the innermost step of {@link PanelProduct}.
 *
 * <p>The left panel holds for each k its {@value #ROWS} elements, the right panel its {@link
 * #columns} elements. A panel has room for more behind them, which a kernel may fill in once per
 * panel. Kernels call no methods of their own on vectors: one that the compiler does not inline
 * would allocate an object for each. This class names no class of the Vector API, so it loads where
 * the module is absent.
 */
abstract class MicroKernel {
  static final int ROWS = 4;

  abstract String label();

  abstract int columns();

  /** Words of a left panel of {@code inner} steps. */
  int leftWords(int inner) {
    return ROWS * (inner + 1);
  }

  /** Words of a right panel of {@code inner} steps. */
  final int rightWords(int inner) {
    return columns() * (inner + 1);
  }

  /** Completes a left panel of {@code inner} steps from its elements. */
  void finishLeft(long[] panel, int offset, int inner) {}

  /** Completes a right panel of {@code inner} steps from its elements. */
  void finishRight(long[] panel, int offset, int inner) {}

  /**
   * z += left * right.
   *
   * @param inner an even number of steps; a panel of odd length ends in zeros
   */
  abstract void multiplyAdd(
      int inner,
      long[] left,
      int leftOffset,
      long[] right,
      int rightOffset,
      long[] z,
      int zOffset,
      int zStride);
}
