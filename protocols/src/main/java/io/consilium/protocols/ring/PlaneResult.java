package io.consilium.protocols.ring;

/**
 * A tensor as a matrix [channels, images * places]: where a convolution adds its result.
 *
 * @param channelStride the distance between rows of the matrix
 * @param places how many places of each image are written, per dimension
 * @param step the distance of two places
 * @param from the first place
 * @param size the whole image
 */
record PlaneResult(
    long[] elements,
    int origin,
    int imageStride,
    int channelStride,
    Extent places,
    Extent step,
    Extent from,
    Extent size)
    implements Result {

  @Override
  public int rowStride() {
    return channelStride;
  }

  @Override
  public int indexOfRun(int row, int column, int columns) {
    int inImage = column % places.volume();
    if (!places.equals(size) || inImage + columns > places.volume()) {
      return -1;
    }
    return origin + row * channelStride + column / places.volume() * imageStride + inImage;
  }

  @Override
  public void add(long[] tile, int stride, Area area) {
    int x = area.columnFrom() % places.width();
    int y = area.columnFrom() / places.width();
    int plane = y / places.height();
    y %= places.height();
    int image = plane / places.depth();
    plane %= places.depth();
    for (int j = 0; j < area.columns(); j++) {
      int at = origin + area.rowFrom() * channelStride + image * imageStride + place(plane, y, x);
      for (int i = 0; i < area.rows(); i++) {
        elements[at + i * channelStride] += tile[i * stride + j];
      }
      if (++x == places.width()) {
        x = 0;
        if (++y == places.height()) {
          y = 0;
          if (++plane == places.depth()) {
            plane = 0;
            image++;
          }
        }
      }
    }
  }

  private int place(int plane, int y, int x) {
    int depth = plane * step.depth() + from.depth();
    int height = y * step.height() + from.height();
    return (depth * size.height() + height) * size.width() + x * step.width() + from.width();
  }
}
