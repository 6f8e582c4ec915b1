package io.consilium.protocols.ring;

/**
 * The patches of a tensor under a moving window as a matrix [taps, positions], gathered while they
 * are packed. The array of all patches, many times the tensor, is never made.
 *
 * <p>A tap is (channel, t), a position is (image, s). The element is
 *
 * <pre>
 * elements[origin + image * imageStride + channel * channelStride + y], y = s * step + t * tapStep + from
 * </pre>
 *
 * or zero where y lies outside the tensor. Which places are outside is public.
 *
 * @param transposed whether the positions, not the taps, are the inner index
 */
record PatchOperand(Source source, Window window, boolean transposed) implements Operand {

  /** A tensor whose images and channels lie at equal distances, each of them row-major. */
  record Source(
      long[] elements,
      int origin,
      int images,
      int imageStride,
      int channels,
      int channelStride,
      Extent size) {}

  /** Where the window stands (positions) and where it looks (taps). */
  record Window(Extent positions, Extent step, Extent taps, Extent tapStep, Extent from) {}

  int taps() {
    return source.channels() * window.taps().volume();
  }

  int positions() {
    return source.images() * window.positions().volume();
  }

  @Override
  public int inner() {
    return transposed ? positions() : taps();
  }

  @Override
  public int outer() {
    return transposed ? taps() : positions();
  }

  @Override
  public void addTo(Block block, long[] panel, int offset, int innerStride, int outerStride) {
    if (transposed) {
      addPositions(
          new Block(block.outerFrom(), block.outerCount(), block.innerFrom(), block.innerCount()),
          panel,
          offset,
          outerStride,
          innerStride);
    } else {
      addPositions(block, panel, offset, innerStride, outerStride);
    }
  }

  /** Cuts the positions at the ends of the rows, so that each part is one row of the tensor. */
  private void addPositions(Block block, long[] panel, int offset, int toTap, int toPosition) {
    Extent positions = window.positions();
    int column = block.outerFrom() % positions.width();
    int row = block.outerFrom() / positions.width();
    int plane = row / positions.height();
    row %= positions.height();
    int image = plane / positions.depth();
    plane %= positions.depth();
    int done = 0;
    while (done < block.outerCount()) {
      int count = Math.min(positions.width() - column, block.outerCount() - done);
      Run run =
          new Run(
              source.origin() + image * source.imageStride(),
              plane * window.step().depth() + window.from().depth(),
              row * window.step().height() + window.from().height(),
              column * window.step().width() + window.from().width(),
              count);
      addTaps(run, block, panel, offset + done * toPosition, toTap, toPosition);
      done += count;
      column = 0;
      if (++row == positions.height()) {
        row = 0;
        if (++plane == positions.depth()) {
          plane = 0;
          image++;
        }
      }
    }
  }

  /** Positions side by side in one row of one image. */
  private record Run(int image, int depth, int height, int width, int count) {}

  private void addTaps(Run run, Block block, long[] panel, int offset, int toTap, int toPosition) {
    Extent taps = window.taps();
    Extent size = source.size();
    int last = block.innerFrom() + block.innerCount();
    int tap = block.innerFrom();
    int target = offset;
    while (tap < last) {
      // One row of the kernel: it reads one row of the tensor.
      int across = tap % taps.width();
      int rows = tap / taps.width();
      int count = Math.min(taps.width() - across, last - tap);
      int channel = rows / (taps.depth() * taps.height());
      int y0 = run.depth + rows / taps.height() % taps.depth() * window.tapStep().depth();
      int y1 = run.height + rows % taps.height() * window.tapStep().height();
      if (0 <= y0 && y0 < size.depth() && 0 <= y1 && y1 < size.height()) {
        int source =
            run.image
                + channel * this.source.channelStride()
                + (y0 * size.height() + y1) * size.width();
        for (int i = 0; i < count; i++) {
          int y2 = run.width + (across + i) * window.tapStep().width();
          addRow(source, y2, run.count, panel, target + i * toTap, toPosition);
        }
      }
      tap += count;
      target += count * toTap;
    }
  }

  /** Adds {@code count} elements of the row at {@code source}, from column y on. */
  private void addRow(int source, int y, int count, long[] panel, int target, int toPosition) {
    int step = window.step().width();
    int width = this.source.size().width();
    int from = y >= 0 ? 0 : (step - 1 - y) / step;
    int to = y >= width ? 0 : Math.min(count, (width - y + step - 1) / step);
    long[] elements = this.source.elements();
    int at = source + y + from * step;
    int end = target + to * toPosition;
    for (int into = target + from * toPosition; into < end; into += toPosition) {
      panel[into] += elements[at];
      at += step;
    }
  }
}
