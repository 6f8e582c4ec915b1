package io.consilium.protocols.ring;

/** A row-major matrix to which a product is added; element (0, 0) is at {@code origin}. */
record MatrixResult(long[] elements, int origin, int rowStride) implements Result {
  @Override
  public int indexOfRun(int row, int column, int columns) {
    return origin + row * rowStride + column;
  }

  @Override
  public void add(long[] tile, int stride, Area area) {
    for (int i = 0; i < area.rows(); i++) {
      int target = indexOfRun(area.rowFrom() + i, area.columnFrom(), area.columns());
      for (int j = 0; j < area.columns(); j++) {
        elements[target + j] += tile[i * stride + j];
      }
    }
  }
}
