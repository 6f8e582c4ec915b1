package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/** Operators that move elements to and from places that other tensors name. */
final class Places {
  private Places() {}

  private static int place(double index, int length) {
    double place = index < 0 ? index + length : index;
    if (!(place >= 0 && place < length)) {
      throw new IllegalArgumentException(
          "index %s is outside of the length %d".formatted(index, length));
    }
    return (int) place;
  }

  // ---- from places -----------------------------------------------------------------------------

  static List<Tensor> gatherElements(ConstantCall call) {
    Shape shape = call.shape(0);
    Shape wanted = call.shape(1);
    int[] places = alongAxis(shape, wanted, call.elements(1), call.attributes().integer("axis", 0));
    double[] x = call.elements(0);
    double[] z = Arrays.stream(places).mapToDouble(place -> x[place]).toArray();
    return List.of(new Tensor(call.type(0), wanted, z));
  }

  /** Where each element of a shape lies when its coordinate along an axis is another one. */
  private static int[] alongAxis(Shape shape, Shape wanted, double[] indices, long given) {
    int axis = ConstantCall.axis(given, shape.rank());
    if (wanted.rank() != shape.rank()) {
      throw new IllegalArgumentException("indices " + wanted + " for " + shape);
    }
    for (int d = 0; d < shape.rank(); d++) {
      if (d != axis && Dims.dim(wanted, d) > Dims.dim(shape, d)) {
        throw new IllegalArgumentException("indices " + wanted + " for " + shape);
      }
    }
    int[] from = Dims.strides(wanted);
    int[] to = Dims.strides(shape);
    int[] places = new int[indices.length];
    for (int i = 0; i < places.length; i++) {
      for (int d = 0; d < to.length; d++) {
        int at =
            d == axis ? place(indices[i], Dims.dim(shape, d)) : i / from[d] % Dims.dim(wanted, d);
        places[i] += at * to[d];
      }
    }
    return places;
  }

  static List<Tensor> gatherNd(ConstantCall call) {
    int batch = Math.toIntExact(call.attributes().integer("batch_dims", 0));
    Slices slices = Slices.of(call.shape(0), call.shape(1), call.elements(1), batch);
    List<Integer> dims = call.shape(1).dimensions();
    Shape shape =
        call.shape(
            ConstantCall.joined(
                dims.subList(0, dims.size() - 1),
                call.shape(0).dimensions().subList(batch + slices.depth(), call.shape(0).rank())));
    double[] x = call.elements(0);
    double[] z = new double[shape.size()];
    Arrays.setAll(z, i -> x[slices.starts()[i / slices.size()] + i % slices.size()]);
    return List.of(new Tensor(call.type(0), shape, z));
  }

  /**
   * Slices of a tensor that rows of indices name.
   *
   * @param size elements of each
   * @param depth how many dimensions the indices name
   */
  private record Slices(int[] starts, int size, int depth) {
    static Slices of(Shape shape, Shape indices, double[] elements, int batch) {
      if (indices.rank() == 0 || batch < 0 || batch >= indices.rank()) {
        throw new IllegalArgumentException("indices " + indices + " for " + shape);
      }
      int depth = indices.dimensions().getLast();
      if (batch + depth > shape.rank()
          || !indices.dimensions().subList(0, batch).equals(shape.dimensions().subList(0, batch))) {
        throw new IllegalArgumentException("indices " + indices + " for " + shape);
      }
      int[] strides = Dims.strides(shape);
      int size = Dims.volume(shape, batch + depth, shape.rank());
      int rows = Dims.volume(indices, 0, indices.rank() - 1);
      int rowsOfBatch = Dims.volume(indices, batch, indices.rank() - 1);
      int batchSize = Dims.volume(shape, batch, shape.rank());
      int[] starts = new int[rows];
      for (int r = 0; r < rows; r++) {
        starts[r] = batch == 0 ? 0 : r / rowsOfBatch * batchSize;
        for (int d = 0; d < depth; d++) {
          int at = place(elements[r * depth + d], Dims.dim(shape, batch + d));
          starts[r] += at * strides[batch + d];
        }
      }
      return new Slices(starts, size, depth);
    }
  }

  // ---- to places -------------------------------------------------------------------------------

  private static DoubleBinaryOperator reduction(ConstantCall call) {
    return switch (call.attributes().choice("reduction", "none", "add", "mul", "max", "min")) {
      case "add" -> Double::sum;
      case "mul" -> (x, y) -> x * y;
      case "max" -> Math::max;
      case "min" -> Math::min;
      default -> (_, y) -> y;
    };
  }

  static List<Tensor> scatterElements(ConstantCall call) {
    DoubleBinaryOperator reduction = reduction(call);
    int[] places =
        alongAxis(
            call.shape(0), call.shape(1), call.elements(1), call.attributes().integer("axis", 0));
    double[] z = call.elements(0).clone();
    double[] updates = call.elements(2);
    if (updates.length != places.length) {
      throw new IllegalArgumentException("updates " + call.shape(2) + " for " + call.shape(1));
    }
    for (int i = 0; i < places.length; i++) {
      z[places[i]] = reduction.applyAsDouble(z[places[i]], updates[i]);
    }
    return List.of(new Tensor(call.type(0), call.shape(0), z));
  }

  static List<Tensor> scatterNd(ConstantCall call) {
    DoubleBinaryOperator reduction = reduction(call);
    Slices slices = Slices.of(call.shape(0), call.shape(1), call.elements(1), 0);
    double[] z = call.elements(0).clone();
    double[] updates = call.elements(2);
    if (updates.length != slices.starts().length * slices.size()) {
      throw new IllegalArgumentException("updates " + call.shape(2) + " for " + call.shape(1));
    }
    for (int i = 0; i < updates.length; i++) {
      int place = slices.starts()[i / slices.size()] + i % slices.size();
      z[place] = reduction.applyAsDouble(z[place], updates[i]);
    }
    return List.of(new Tensor(call.type(0), call.shape(0), z));
  }

  static List<Tensor> oneHot(ConstantCall call) {
    double[] indices = call.elements(0);
    int depth = (int) call.number(1);
    double[] values = call.elements(2);
    int rank = call.shape(0).rank();
    int axis = ConstantCall.axis(call.attributes().integer("axis", -1), rank + 1);
    if (values.length != 2 || depth < 1) {
      throw new IllegalArgumentException("a depth of " + depth);
    }
    List<Integer> dims = new ArrayList<>(call.shape(0).dimensions());
    dims.add(axis, depth);
    Shape shape = call.shape(dims);
    int inner = Dims.volume(shape, axis + 1, shape.rank());
    double[] z = new double[shape.size()];
    Arrays.fill(z, values[0]);
    for (int i = 0; i < indices.length; i++) {
      double at = indices[i] < 0 ? indices[i] + depth : indices[i];
      if (at >= 0 && at < depth) {
        z[(i / inner * depth + (int) at) * inner + i % inner] = values[1];
      }
    }
    return List.of(new Tensor(call.type(2), shape, z));
  }

  // ---- which elements there are ----------------------------------------------------------------

  static List<Tensor> nonZero(ConstantCall call) {
    double[] x = call.elements(0);
    int[] found = IntStream.range(0, x.length).filter(i -> x[i] != 0).toArray();
    int rank = call.shape(0).rank();
    int[] strides = Dims.strides(call.shape(0));
    double[] z = new double[rank * found.length];
    for (int d = 0; d < rank; d++) {
      for (int i = 0; i < found.length; i++) {
        z[d * found.length + i] = found[i] / strides[d] % Dims.dim(call.shape(0), d);
      }
    }
    return List.of(new Tensor(ElementType.INT64, Dims.shape(rank, found.length), z));
  }

  static List<Tensor> compress(ConstantCall call) {
    double[] condition = call.elements(1);
    int[] kept = IntStream.range(0, condition.length).filter(i -> condition[i] != 0).toArray();
    boolean flat = !call.attributes().has("axis");
    Shape shape = flat ? Shape.vector(call.shape(0).size()) : call.shape(0);
    int axis = ConstantCall.axis(call.attributes().integer("axis", 0), shape.rank());
    return List.of(taken(call.input(0), shape, axis, kept));
  }

  /** Some places of an axis. */
  private static Tensor taken(Tensor x, Shape shape, int axis, int[] kept) {
    int length = Dims.dim(shape, axis);
    int inner = Dims.volume(shape, axis + 1, shape.rank());
    Shape result = Dims.with(shape, axis, kept.length);
    double[] elements = x.elements();
    double[] z = new double[result.size()];
    for (int i = 0; i < z.length; i++) {
      int at = place(kept[i / inner % kept.length], length);
      z[i] = elements[(i / inner / kept.length * length + at) * inner + i % inner];
    }
    return new Tensor(x.type(), result, z);
  }

  static List<Tensor> unique(ConstantCall call) {
    boolean flat = !call.attributes().has("axis");
    boolean sorted = call.attributes().integer("sorted", 1) != 0;
    Shape shape = flat ? Shape.vector(call.shape(0).size()) : call.shape(0);
    int axis = ConstantCall.axis(call.attributes().integer("axis", 0), shape.rank());
    List<List<Double>> slices = slices(call.elements(0), shape, axis);
    Map<List<Double>, Integer> firsts = new LinkedHashMap<>();
    for (int i = 0; i < slices.size(); i++) {
      Integer _ = firsts.putIfAbsent(slices.get(i), i);
    }
    List<Integer> first = new ArrayList<>(firsts.values());
    if (sorted) {
      first.sort((a, b) -> Order.compare(slices.get(a), slices.get(b)));
    }
    Map<List<Double>, Integer> numbers = new HashMap<>();
    first.forEach(i -> numbers.put(slices.get(i), numbers.size()));
    double[] inverse = slices.stream().mapToDouble(numbers::get).toArray();
    double[] counts = new double[first.size()];
    for (double number : inverse) {
      counts[(int) number]++;
    }
    double[] places = first.stream().mapToDouble(Integer::doubleValue).toArray();
    int[] kept = first.stream().mapToInt(Integer::intValue).toArray();
    return List.of(
        taken(call.input(0), shape, axis, kept),
        integers(places),
        integers(inverse),
        integers(counts));
  }

  private static Tensor integers(double[] elements) {
    return new Tensor(ElementType.INT64, Shape.vector(elements.length), elements);
  }

  private static List<List<Double>> slices(double[] x, Shape shape, int axis) {
    int length = Dims.dim(shape, axis);
    int inner = Dims.volume(shape, axis + 1, shape.rank());
    List<List<Double>> slices = new ArrayList<>();
    for (int at = 0; at < length; at++) {
      slices.add(new ArrayList<>());
    }
    for (int i = 0; i < x.length; i++) {
      slices.get(i / inner % length).add(x[i] + 0.0);
    }
    return slices;
  }

  // ---- by place --------------------------------------------------------------------------------

  static List<Tensor> triangle(ConstantCall call) {
    boolean upper = call.attributes().integer("upper", 1) != 0;
    double k = call.number(1, 0);
    Shape shape = call.shape(0);
    if (shape.rank() < 2) {
      throw new IllegalArgumentException("a triangle of " + shape);
    }
    int columns = shape.dimensions().getLast();
    int rows = Dims.dim(shape, shape.rank() - 2);
    double[] z = call.elements(0).clone();
    for (int i = 0; i < z.length; i++) {
      int distance = i % columns - i / columns % rows;
      z[i] = (upper ? distance >= k : distance <= k) ? z[i] : 0;
    }
    return List.of(new Tensor(call.type(0), shape, z));
  }

  static List<Tensor> reverseSequence(ConstantCall call) {
    int time = Math.toIntExact(call.attributes().integer("time_axis", 0));
    int batch = Math.toIntExact(call.attributes().integer("batch_axis", 1));
    Shape shape = call.shape(0);
    int[] strides = Dims.strides(shape);
    double[] lengths = call.elements(1);
    double[] x = call.elements(0);
    double[] z = new double[x.length];
    for (int i = 0; i < z.length; i++) {
      int at = i / strides[time] % Dims.dim(shape, time);
      double length = lengths[i / strides[batch] % Dims.dim(shape, batch)];
      z[i] = at < length ? x[i + ((int) length - 1 - 2 * at) * strides[time]] : x[i];
    }
    return List.of(new Tensor(call.type(0), shape, z));
  }
}
