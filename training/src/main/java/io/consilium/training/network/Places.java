package io.consilium.training.network;

import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which elements of a channel a pooling window covers at each of its positions. A channel is one
 * row of a matrix, so all that pooling gathers and spreads are sums of its columns.
 */
final class Places {
  private final ConvolutionGeometry geometry;

  private Places(ConvolutionGeometry geometry) {
    this.geometry = geometry;
  }

  /**
   * The places of a window over an input.
   *
   * @param input [channels, spatial...] of one row
   * @throws IllegalArgumentException if a window could lie outside altogether, or has gaps
   */
  static Places of(Window window, Shape input) {
    int channels = input.rank() == 0 ? 1 : input.rows();
    ConvolutionGeometry geometry = window.geometry(1, input, channels, channels);
    for (int d = 0; d < geometry.dimensions(); d++) {
      if (window.dilation().get(d) != 1 || window.padding().get(d) >= window.size().get(d)) {
        throw new IllegalArgumentException("no window for pooling: " + window);
      }
    }
    return new Places(geometry);
  }

  /** [channels, spatial...] of one row of the output. */
  Shape output() {
    List<Integer> dimensions = geometry.outputShape();
    return new Shape(dimensions.subList(1, dimensions.size()));
  }

  /** Elements of one channel of the input. */
  int plane() {
    return geometry.inputElements() / geometry.inputChannels();
  }

  /** Positions of the window. */
  int positions() {
    return geometry.outputElements() / geometry.outputChannels();
  }

  /** Elements of a window. */
  int volume() {
    return geometry.kernelVolume();
  }

  /**
   * Element t of the window at every position. Where it lies outside, another element of the same
   * window takes its place: the largest stays the largest.
   */
  int[] elements(int t) {
    int[] elements = new int[positions()];
    Arrays.setAll(elements, s -> element(s, t, true));
    return elements;
  }

  /** All elements of all windows, those of equal t side by side. */
  ColumnSums gathered() {
    int[] all = new int[volume() * positions()];
    for (int t = 0; t < volume(); t++) {
      System.arraycopy(elements(t), 0, all, t * positions(), positions());
    }
    return ColumnSums.at(plane(), all);
  }

  /** The sums over the windows; what lies outside counts as zero. */
  ColumnSums sums() {
    List<int[]> windows = new ArrayList<>();
    for (int s = 0; s < positions(); s++) {
      int[] window = new int[volume()];
      int count = 0;
      for (int t = 0; t < window.length; t++) {
        int element = element(s, t, false);
        if (element >= 0) {
          window[count++] = element;
        }
      }
      windows.add(Arrays.copyOf(window, count));
    }
    return ColumnSums.of(plane(), windows);
  }

  /** The index of an element, or -1 if it lies outside and is not to be moved inside. */
  private int element(int position, int t, boolean moved) {
    List<Integer> outputSize = geometry.outputSize();
    int index = 0;
    int factor = 1;
    int s = position;
    int rest = t;
    for (int d = geometry.dimensions() - 1; d >= 0; d--) {
      int size = geometry.inputSize().get(d);
      int at =
          s % outputSize.get(d) * geometry.stride().get(d)
              + rest % geometry.kernelSize().get(d)
              - geometry.padding().get(d);
      if (!moved && (at < 0 || at >= size)) {
        return -1;
      }
      index += Math.clamp(at, 0, size - 1) * factor;
      factor *= size;
      s /= outputSize.get(d);
      rest /= geometry.kernelSize().get(d);
    }
    return index;
  }
}
