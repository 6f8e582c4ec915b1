package io.consilium.training.network;

import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How a kernel moves over one, two or three spatial dimensions; every list has an entry for each.
 *
 * @param size of the kernel
 * @param padding zeros on both sides, or places that do not count
 * @param dilation the distance of the kernel's taps, 1 for neighbours
 */
public record Window(
    List<Integer> size, List<Integer> stride, List<Integer> padding, List<Integer> dilation) {
  public Window {
    size = List.copyOf(size);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** A kernel that moves by single steps and stays inside. */
  public static Window of(Integer... size) {
    return of(Arrays.asList(size));
  }

  private static Window of(List<Integer> size) {
    List<Integer> ones = Collections.nCopies(size.size(), 1);
    return new Window(size, ones, Collections.nCopies(size.size(), 0), ones);
  }

  public Window withStride(Integer... changed) {
    return new Window(size, Arrays.asList(changed), padding, dilation);
  }

  public Window withPadding(Integer... changed) {
    return new Window(size, stride, Arrays.asList(changed), dilation);
  }

  public Window withDilation(Integer... changed) {
    return new Window(size, stride, padding, Arrays.asList(changed));
  }

  /**
   * The sizes of a convolution with this kernel.
   *
   * @param input [channels, spatial...] of one row
   * @throws IllegalArgumentException if they make none
   */
  public ConvolutionGeometry geometry(int batch, Shape input, int outputs, int groups) {
    if (input.rank() < 2) {
      throw new IllegalArgumentException("a window moves over channels of places, not " + input);
    }
    List<Integer> dimensions = input.dimensions();
    return new ConvolutionGeometry(
        batch,
        dimensions.getFirst(),
        outputs,
        groups,
        dimensions.subList(1, dimensions.size()),
        size,
        stride,
        padding,
        dilation);
  }
}
