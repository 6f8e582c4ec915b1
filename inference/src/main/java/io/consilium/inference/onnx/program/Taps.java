package io.consilium.inference.onnx.program;

import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.List;

/** The products that a convolution adds up, in the clear. */
final class Taps {
  /** One product. */
  @FunctionalInterface
  interface Visitor {
    void product(int weight, int input, int output);
  }

  private static final int SPATIAL = 3;

  private final ConvolutionGeometry g;
  private final int[] input;
  private final int[] output;
  private final int[] kernel;

  private Taps(ConvolutionGeometry g) {
    this.g = g;
    this.input = filled(g.inputSize(), 1);
    this.output = filled(g.outputSize(), 1);
    this.kernel = filled(g.kernelSize(), 1);
  }

  static Taps of(ConvolutionGeometry geometry) {
    return new Taps(geometry);
  }

  private static int[] filled(List<Integer> sizes, int fill) {
    List<Integer> all =
        new ArrayList<>(java.util.Collections.nCopies(SPATIAL - sizes.size(), fill));
    all.addAll(sizes);
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  void forEach(Visitor visitor) {
    int in = g.inputChannels() / g.groups();
    int out = g.outputChannels() / g.groups();
    for (int n = 0; n < g.batch(); n++) {
      for (int o = 0; o < g.outputChannels(); o++) {
        for (int c = 0; c < in; c++) {
          int from = n * g.inputChannels() + o / out * in + c;
          planes(visitor, o * in + c, from, n * g.outputChannels() + o);
        }
      }
    }
  }

  private void planes(Visitor visitor, int weight, int from, int to) {
    int[] stride = filled(g.stride(), 1);
    int[] padding = filled(g.padding(), 0);
    int[] dilation = filled(g.dilation(), 1);
    int w = weight * volume(kernel);
    for (int kd = 0; kd < kernel[0]; kd++) {
      for (int kh = 0; kh < kernel[1]; kh++) {
        for (int kw = 0; kw < kernel[2]; kw++, w++) {
          int[] shift = {
            kd * dilation[0] - padding[0],
            kh * dilation[1] - padding[1],
            kw * dilation[2] - padding[2]
          };
          tap(visitor, w, from * volume(input), to * volume(output), stride, shift);
        }
      }
    }
  }

  private void tap(Visitor visitor, int w, int from, int to, int[] stride, int[] shift) {
    int place = to;
    for (int d = 0; d < output[0]; d++) {
      for (int h = 0; h < output[1]; h++) {
        for (int x = 0; x < output[2]; x++, place++) {
          int a = d * stride[0] + shift[0];
          int b = h * stride[1] + shift[1];
          int c = x * stride[2] + shift[2];
          if (a >= 0 && a < input[0] && b >= 0 && b < input[1] && c >= 0 && c < input[2]) {
            visitor.product(w, from + (a * input[1] + b) * input[2] + c, place);
          }
        }
      }
    }
  }

  private static int volume(int[] sizes) {
    return sizes[0] * sizes[1] * sizes[2];
  }
}
