package io.consilium.training.network;

import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Convolution and pooling of one row in double precision, straight from their definitions. */
final class SpatialReals {
  private SpatialReals() {}

  /** All points of a box, in row-major order. */
  private static List<int[]> points(List<Integer> size) {
    List<int[]> points = new ArrayList<>(List.of(new int[0]));
    for (int length : size) {
      List<int[]> longer = new ArrayList<>();
      for (int[] point : points) {
        for (int i = 0; i < length; i++) {
          int[] next = Arrays.copyOf(point, point.length + 1);
          next[point.length] = i;
          longer.add(next);
        }
      }
      points = longer;
    }
    return points;
  }

  private static List<Integer> spatial(Shape shape) {
    return shape.dimensions().subList(1, shape.rank());
  }

  /** Where tap t lies at position s: an index within the channel, or -1 outside. */
  private static int index(Window window, List<Integer> size, int[] s, int[] t) {
    int index = 0;
    for (int d = 0; d < s.length; d++) {
      int at =
          s[d] * window.stride().get(d) + t[d] * window.dilation().get(d) - window.padding().get(d);
      if (at < 0 || at >= size.get(d)) {
        return -1;
      }
      index = index * size.get(d) + at;
    }
    return index;
  }

  static double[] convolution(Conv conv, Shape shape, List<double[]> parameters, double[] x) {
    List<Integer> size = spatial(shape);
    int plane = x.length / shape.rows();
    int inGroup = shape.rows() / conv.groups();
    int outGroup = conv.filters() / conv.groups();
    List<int[]> taps = points(conv.window().size());
    List<Double> y = new ArrayList<>();
    for (int o = 0; o < conv.filters(); o++) {
      for (int[] s : points(spatial(conv.output(shape)))) {
        double sum = parameters.get(1)[o];
        for (int c = 0; c < inGroup; c++) {
          for (int t = 0; t < taps.size(); t++) {
            int index = index(conv.window(), size, s, taps.get(t));
            double weight = parameters.get(0)[(o * inGroup + c) * taps.size() + t];
            int channel = o / outGroup * inGroup + c;
            sum += index < 0 ? 0 : weight * x[channel * plane + index];
          }
        }
        y.add(sum);
      }
    }
    return y.stream().mapToDouble(v -> v).toArray();
  }

  static double[] largest(MaxPool pool, Shape shape, double[] x) {
    return pooled(
        pool.window(),
        shape,
        pool.output(shape),
        x,
        values -> values.stream().mapToDouble(v -> v).max().orElseThrow());
  }

  static double[] averages(AveragePool pool, Shape shape, double[] x) {
    return pooled(
        pool.window(),
        shape,
        pool.output(shape),
        x,
        values -> pool.factor() * values.stream().mapToDouble(v -> v).sum());
  }

  private static double[] pooled(
      Window window, Shape shape, Shape output, double[] x, ToDoubleFunction<List<Double>> pool) {
    List<Double> y = new ArrayList<>();
    int plane = x.length / shape.rows();
    for (int c = 0; c < shape.rows(); c++) {
      for (int[] s : points(spatial(output))) {
        List<Double> values = new ArrayList<>();
        for (int[] t : points(window.size())) {
          int index = index(window, spatial(shape), s, t);
          if (index >= 0) {
            values.add(x[c * plane + index]);
          }
        }
        y.add(pool.applyAsDouble(values));
      }
    }
    return y.stream().mapToDouble(v -> v).toArray();
  }

  static double[] channelMeans(Shape shape, double[] x) {
    double[] means = new double[shape.rows()];
    for (int i = 0; i < x.length; i++) {
      means[i / (x.length / means.length)] += GlobalAveragePool.factor(shape) * x[i];
    }
    return means;
  }
}
