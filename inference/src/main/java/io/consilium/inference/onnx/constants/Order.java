package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Operators along an axis that depend on the order of elements: the largest, running sums. */
final class Order {
  private Order() {}

  static int compare(List<Double> a, List<Double> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = Double.compare(a.get(i), b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** The rows of a tensor along an axis. */
  private record Rows(Shape shape, int axis, int length, int inner) {
    static Rows of(Shape shape, long given) {
      int axis = ConstantCall.axis(given, shape.rank());
      int inner = Dims.volume(shape, axis + 1, shape.rank());
      return new Rows(shape, axis, Dims.dim(shape, axis), inner);
    }

    int count() {
      return length == 0 ? 0 : shape.size() / length;
    }

    /** Where an element of a row lies, in a tensor with so many places along the axis. */
    int place(int row, int at, int places) {
      return (row / inner * places + at) * inner + row % inner;
    }
  }

  static List<Tensor> topK(ConstantCall call) {
    boolean largest = call.attributes().integer("largest", 1) != 0;
    boolean _ = call.attributes().integer("sorted", 1) != 0;
    long k = call.has(1) ? (long) call.number(1) : call.attributes().integer("k").orElse(0L);
    Rows rows = Rows.of(call.shape(0), call.attributes().integer("axis", -1));
    if (k < 0 || k > rows.length()) {
      throw new IllegalArgumentException(k + " of " + rows.length() + " elements");
    }
    int count = (int) k;
    double[] x = call.elements(0);
    Shape shape = Dims.with(call.shape(0), rows.axis(), count);
    double[] values = new double[shape.size()];
    double[] indices = new double[shape.size()];
    for (int r = 0; r < rows.count(); r++) {
      int row = r;
      Comparator<Integer> order =
          Comparator.comparingDouble(at -> x[rows.place(row, at, rows.length())]);
      List<Integer> sorted =
          IntStream.range(0, rows.length())
              .boxed()
              .sorted(largest ? order.reversed() : order)
              .toList();
      for (int i = 0; i < count; i++) {
        int to = rows.place(row, i, count);
        values[to] = x[rows.place(row, sorted.get(i), rows.length())];
        indices[to] = sorted.get(i);
      }
    }
    return List.of(
        new Tensor(call.type(0), shape, values), new Tensor(ElementType.INT64, shape, indices));
  }

  static List<Tensor> runningSum(ConstantCall call) {
    return running(call, 0, true);
  }

  static List<Tensor> runningProduct(ConstantCall call) {
    return running(call, 1, false);
  }

  private static List<Tensor> running(ConstantCall call, double neutral, boolean sums) {
    boolean exclusive = call.attributes().isSet("exclusive");
    boolean reverse = call.attributes().isSet("reverse");
    Rows rows = Rows.of(call.shape(0), (long) call.number(1));
    double[] x = call.elements(0);
    double[] z = new double[x.length];
    for (int row = 0; row < rows.count(); row++) {
      double running = neutral;
      for (int i = 0; i < rows.length(); i++) {
        int place = rows.place(row, reverse ? rows.length() - 1 - i : i, rows.length());
        double next = sums ? running + x[place] : running * x[place];
        z[place] = exclusive ? running : next;
        running = next;
      }
    }
    return List.of(new Tensor(call.type(0), call.shape(0), z));
  }

  /** 1 for the first of the largest of each row, else 0. */
  static List<Tensor> hardmax(ConstantCall call) {
    if (call.opset() < 13) {
      throw new IllegalArgumentException("it is of a version below 13");
    }
    Rows rows = Rows.of(call.shape(0), call.attributes().integer("axis", -1));
    double[] x = call.elements(0);
    double[] z = new double[x.length];
    for (int row = 0; row < rows.count(); row++) {
      int best = 0;
      for (int at = 1; at < rows.length(); at++) {
        boolean larger =
            x[rows.place(row, at, rows.length())] > x[rows.place(row, best, rows.length())];
        best = larger ? at : best;
      }
      z[rows.place(row, best, rows.length())] = 1;
    }
    return List.of(new Tensor(call.type(0), call.shape(0), z));
  }
}
