package io.consilium.protocols.ring;

import io.consilium.protocols.ring.Operand.Block;

/**
 * The patches of a tensor under a moving window as a matrix [taps, positions], whose elements are
 * those of the tensor, many of them several times. The matrix itself is never made.
 *
 * <p>A tap is (channel, t), a position is (image, s). The element stands in that image and channel
 * at y = s * step + t * tapStep + from, and is zero where y lies outside. Which places are outside
 * is public.
 */
record Patches(Source source, Window window) {

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

  /**
   * A block of the matrix outside the tensor.
   *
   * @param back whether it is added to the tensor, rather than the tensor to it
   */
  private record Panel(long[] words, int offset, int toTap, int toPosition, boolean back) {
    Panel from(int position) {
      return new Panel(words, offset + position * toPosition, toTap, toPosition, back);
    }
  }

  /** Positions side by side: where they begin in the tensor. */
  private record Run(int image, int depth, int height, int width, int count) {}

  int taps() {
    return source.channels() * window.taps().volume();
  }

  int positions() {
    return source.images() * window.positions().volume();
  }

  /** Adds a block of the matrix, with the taps as its inner index, to a panel. */
  void addTo(Block block, long[] panel, int offset, int toTap, int toPosition) {
    addRuns(block, new Panel(panel, offset, toTap, toPosition, false));
  }

  /** Adds a block to the tensor, each element at its place: the adjoint of {@link #addTo}. */
  void addBack(Block block, long[] panel, int toTap) {
    addRuns(block, new Panel(panel, 0, toTap, 1, true));
  }

  /** Cuts the positions at the ends of the rows, so that each run lies in one row of the tensor. */
  private void addRuns(Block block, Panel panel) {
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
      addTaps(run, block, panel.from(done));
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

  /** Takes the taps by rows of the kernel, each of which looks at one row of the tensor. */
  private void addTaps(Run run, Block block, Panel panel) {
    Extent taps = window.taps();
    int tap = block.innerFrom();
    int last = tap + block.innerCount();
    int across = tap % taps.width();
    int down = tap / taps.width();
    int plane = down / taps.height();
    down %= taps.height();
    int channel = plane / taps.depth();
    plane %= taps.depth();
    int target = panel.offset;
    while (tap < last) {
      int count = Math.min(taps.width() - across, last - tap);
      int row = rowOf(run, channel, plane, down);
      if (row >= 0) {
        for (int i = 0; i < count; i++) {
          int y = run.width + (across + i) * window.tapStep().width();
          addRow(row, y, run.count, panel, target + i * panel.toTap);
        }
      }
      tap += count;
      target += count * panel.toTap;
      across = 0;
      if (++down == taps.height()) {
        down = 0;
        if (++plane == taps.depth()) {
          plane = 0;
          channel++;
        }
      }
    }
  }

  /** The index of the row of the tensor that a row of the kernel looks at, or -1 if outside. */
  private int rowOf(Run run, int channel, int plane, int down) {
    Extent size = source.size();
    int depth = run.depth + plane * window.tapStep().depth();
    int height = run.height + down * window.tapStep().height();
    if (depth < 0 || depth >= size.depth() || height < 0 || height >= size.height()) {
      return -1;
    }
    return run.image
        + channel * source.channelStride()
        + (depth * size.height() + height) * size.width();
  }

  /** Adds {@code count} elements of the row, from place y on. */
  private void addRow(int row, int y, int count, Panel panel, int target) {
    int step = window.step().width();
    int width = source.size().width();
    int from = y >= 0 ? 0 : (step - 1 - y) / step;
    int to = y + (count - 1) * step < width ? count : y >= width ? 0 : (width - y - 1) / step + 1;
    long[] elements = source.elements();
    int at = row + y;
    int into = target;
    if (panel.back) {
      for (int i = from; i < to; i++) {
        elements[at + i * step] += panel.words[into + i * panel.toPosition];
      }
    } else {
      for (int i = from; i < to; i++) {
        panel.words[into + i * panel.toPosition] += elements[at + i * step];
      }
    }
  }
}
