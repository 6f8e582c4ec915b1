package io.consilium.inference.onnx.program;

import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A convolution of known elements: weights times patches of the input, a block of each at a time,
 * so that both stay in the cache. What a network does in the clear is this for the most part.
 */
final class RealConvolution {
  private static final int SPATIAL = 3;

  /** Places of the output in a block; a row of them is what the compiler vectorises. */
  private static final int PLACES = 512;

  /** Taps in a block. */
  private static final int TAPS = 128;

  private static final int ROWS_AT_ONCE = 4;

  private final ConvolutionGeometry g;
  private final int in;
  private final int out;
  private final int[] input;
  private final int[] output;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final double[][] patches = new double[TAPS][PLACES];
  private final int[][] corner = new int[SPATIAL][PLACES];
  private final double[] sum = new double[PLACES];

  RealConvolution(ConvolutionGeometry geometry) {
    this.g = geometry;
    this.in = g.inputChannels() / g.groups();
    this.out = g.outputChannels() / g.groups();
    this.input = filled(g.inputSize(), 1);
    this.output = filled(g.outputSize(), 1);
    this.kernel = filled(g.kernelSize(), 1);
    this.stride = filled(g.stride(), 1);
    this.padding = filled(g.padding(), 0);
    this.dilation = filled(g.dilation(), 1);
  }

  private static int[] filled(List<Integer> sizes, int fill) {
    List<Integer> all = new ArrayList<>(Collections.nCopies(SPATIAL - sizes.size(), fill));
    all.addAll(sizes);
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int volume(int[] sizes) {
    return sizes[0] * sizes[1] * sizes[2];
  }

  /** z += the convolution of x with w. */
  void add(double[] x, double[] w, double[] z) {
    int places = volume(output);
    int taps = in * volume(kernel);
    for (int n = 0; n < g.batch(); n++) {
      for (int from = 0; from < places; from += PLACES) {
        int count = Math.min(PLACES, places - from);
        findCorners(from, count);
        for (int group = 0; group < g.groups(); group++) {
          int source = (n * g.groups() + group) * in * volume(input);
          int target = (n * g.groups() + group) * out * places + from;
          for (int tap = 0; tap < taps; tap += TAPS) {
            int rows = Math.min(TAPS, taps - tap);
            gather(x, source, tap, rows, count);
            multiply(w, group * out * taps + tap, taps, rows, z, target, places, count);
          }
        }
      }
    }
  }

  /** Where in the input the kernel begins for each place of the block. */
  private void findCorners(int from, int count) {
    for (int i = 0; i < count; i++) {
      int place = from + i;
      for (int d = SPATIAL - 1; d >= 0; d--) {
        corner[d][i] = place % output[d] * stride[d] - padding[d];
        place /= output[d];
      }
    }
  }

  private void gather(double[] x, int source, int firstTap, int rows, int count) {
    for (int row = 0; row < rows; row++) {
      int tap = firstTap + row;
      int across = tap % kernel[2] * dilation[2];
      int down = tap / kernel[2] % kernel[1] * dilation[1];
      int deep = tap / (kernel[2] * kernel[1]) % kernel[0] * dilation[0];
      int channel = source + tap / volume(kernel) * volume(input);
      double[] patch = patches[row];
      for (int i = 0; i < count; i++) {
        int a = corner[0][i] + deep;
        int b = corner[1][i] + down;
        int c = corner[2][i] + across;
        boolean inside = a >= 0 && a < input[0] && b >= 0 && b < input[1] && c >= 0 && c < input[2];
        patch[i] = inside ? x[channel + (a * input[1] + b) * input[2] + c] : 0;
      }
    }
  }

  private void multiply(
      double[] w, int from, int taps, int rows, double[] z, int to, int places, int count) {
    for (int o = 0; o < out; o++) {
      int weight = from + o * taps;
      int at = to + o * places;
      System.arraycopy(z, at, sum, 0, count);
      int row = 0;
      for (; row + ROWS_AT_ONCE <= rows; row += ROWS_AT_ONCE) {
        addFour(w, weight + row, row, count);
      }
      for (; row < rows; row++) {
        addOne(patches[row], w[weight + row], count);
      }
      System.arraycopy(sum, 0, z, at, count);
    }
  }

  private void addFour(double[] w, int weight, int row, int count) {
    double[] p0 = patches[row];
    double[] p1 = patches[row + 1];
    double[] p2 = patches[row + 2];
    double[] p3 = patches[row + 3];
    double[] s = sum;
    double w0 = w[weight];
    double w1 = w[weight + 1];
    double w2 = w[weight + 2];
    double w3 = w[weight + 3];
    for (int i = 0; i < count; i++) {
      s[i] += p0[i] * w0 + p1[i] * w1 + p2[i] * w2 + p3[i] * w3;
    }
  }

  private void addOne(double[] patch, double w, int count) {
    double[] s = sum;
    for (int i = 0; i < count; i++) {
      s[i] += patch[i] * w;
    }
  }
}
