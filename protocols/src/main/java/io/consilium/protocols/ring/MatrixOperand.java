package io.consilium.protocols.ring;

/** A matrix as the left or right factor of a product, transposed or not, without a copy. */
record MatrixOperand(
    long[] elements, int origin, int inner, int outer, int innerStride, int outerStride)
    implements Operand {

  /** The left factor: the inner index runs over its columns. */
  static MatrixOperand left(RingMatrix.View x) {
    return x.transposed()
        ? new MatrixOperand(x.elements(), 0, x.width(), x.height(), x.columns(), 1)
        : new MatrixOperand(x.elements(), 0, x.width(), x.height(), 1, x.columns());
  }

  /** The right factor: the inner index runs over its rows. */
  static MatrixOperand right(RingMatrix.View y) {
    return y.transposed()
        ? new MatrixOperand(y.elements(), 0, y.height(), y.width(), 1, y.columns())
        : new MatrixOperand(y.elements(), 0, y.height(), y.width(), y.columns(), 1);
  }

  @Override
  public void addTo(Block block, long[] panel, int offset, int toInner, int toOuter) {
    int from = origin + block.innerFrom() * innerStride + block.outerFrom() * outerStride;
    // The memory is read along its rows, so that every cache line is used when it is there.
    if (innerStride == 1) {
      addRows(
          block.outerCount(),
          block.innerCount(),
          from,
          outerStride,
          panel,
          offset,
          toOuter,
          toInner);
    } else {
      addRows(
          block.innerCount(),
          block.outerCount(),
          from,
          innerStride,
          panel,
          offset,
          toInner,
          toOuter);
    }
  }

  private void addRows(
      int rows, int count, int from, int rowStride, long[] panel, int offset, int toRow, int to) {
    for (int row = 0; row < rows; row++) {
      int source = from + row * rowStride;
      int target = offset + row * toRow;
      for (int i = 0; i < count; i++) {
        panel[target] += elements[source + i];
        target += to;
      }
    }
  }
}
