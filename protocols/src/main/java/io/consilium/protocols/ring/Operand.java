package io.consilium.protocols.ring;

/**
 * One factor of a product over an inner index k, read block by block while it is packed.
 *
 * <p>A product z[i, j] = sum over k of left[k, i] * right[k, j] sees both factors the same way: the
 * inner index first, then the outer one (i or j). What an operand stands for (a matrix, its
 * transpose, a sum, patches of an image) is decided while packing, so none of them is ever made.
 */
interface Operand {
  /** Length of the inner index. */
  int inner();

  /** Length of the outer index. */
  int outer();

  /**
   * Adds the elements of a block to a panel: element (k, p) goes to {@code offset + (k - innerFrom)
   * * innerStride + (p - outerFrom) * outerStride}. Adding, not writing, is what makes sums free.
   */
  void addTo(Block block, long[] panel, int offset, int innerStride, int outerStride);

  /** A block of an operand. */
  record Block(int innerFrom, int innerCount, int outerFrom, int outerCount) {}
}
