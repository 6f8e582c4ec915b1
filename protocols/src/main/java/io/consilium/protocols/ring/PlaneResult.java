package io.consilium.protocols.ring;

/**
 * A tensor as a matrix [channels, images * places]: where a convolution adds its result.
 *
 * @param places the elements of one channel of one image
 * @param imageStride the distance between images
 */
record PlaneResult(long[] elements, int origin, int places, int imageStride) implements Result {
  @Override
  public int rowStride() {
    return places;
  }

  @Override
  public int indexOfRun(int row, int column, int columns) {
    return column % places + columns <= places ? index(row, column) : -1;
  }

  private int index(int row, int column) {
    return origin + column / places * imageStride + row * places + column % places;
  }

  @Override
  public void add(long[] tile, int stride, Area area) {
    int done = 0;
    while (done < area.columns()) {
      int column = area.columnFrom() + done;
      int count = Math.min(places - column % places, area.columns() - done);
      int index = index(area.rowFrom(), column);
      for (int i = 0; i < area.rows(); i++) {
        for (int j = 0; j < count; j++) {
          elements[index + i * places + j] += tile[i * stride + done + j];
        }
      }
      done += count;
    }
  }
}
