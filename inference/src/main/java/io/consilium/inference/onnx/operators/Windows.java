package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Which elements of a plane each window covers.
 *
 * @param inside for each place of the window the elements, in the order of the taps
 * @param counted for each place how many taps lie on the input or its padding
 */
record Windows(List<Integer> output, int[][] inside, int[] counted) {
  static Windows of(Call call, WindowSizes sizes, boolean ceil) {
    List<Integer> output = sizes.output(call, ceil);
    Shape places = new Shape(output);
    int[][] inside = new int[places.size()][];
    int[] counted = new int[places.size()];
    int[] steps = Dims.strides(places);
    for (int i = 0; i < inside.length; i++) {
      int[] at = new int[output.size()];
      for (int d = 0; d < at.length; d++) {
        at[d] = i / steps[d] % output.get(d);
      }
      Counter counter = new Counter(sizes, at);
      inside[i] = counter.elements();
      counted[i] = counter.counted;
      if (inside[i].length == 0) {
        throw call.refusal("a window lies outside of the input altogether");
      }
    }
    return new Windows(output, inside, counted);
  }

  int places() {
    return inside.length;
  }

  private static final class Counter {
    private final WindowSizes sizes;
    private final int[] place;
    private int counted;

    Counter(WindowSizes sizes, int[] place) {
      this.sizes = sizes;
      this.place = place;
    }

    int[] elements() {
      int[] elements = new int[sizes.taps()];
      int found = 0;
      int[] kernelSteps = Dims.strides(new Shape(sizes.kernel()));
      int[] planeSteps = Dims.strides(sizes.plane());
      for (int t = 0; t < elements.length; t++) {
        int element = 0;
        boolean isInside = true;
        boolean isCounted = true;
        for (int d = 0; d < place.length; d++) {
          int tap = t / kernelSteps[d] % sizes.kernel().get(d);
          int size = sizes.input().get(d);
          int at =
              place[d] * sizes.stride().get(d)
                  + tap * sizes.dilation().get(d)
                  - sizes.before().get(d);
          isInside &= at >= 0 && at < size;
          isCounted &= at < size + sizes.after().get(d);
          element += at * planeSteps[d];
        }
        counted += isCounted ? 1 : 0;
        if (isInside) {
          elements[found++] = element;
        }
      }
      return Arrays.copyOf(elements, found);
    }
  }
}
