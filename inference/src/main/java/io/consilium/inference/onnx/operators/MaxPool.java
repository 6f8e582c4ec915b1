package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.IndexOfLargest;
import io.consilium.inference.onnx.program.Largest;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Rectified;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MaxPool. Where a tap lies outside, another element of the same window takes its place: the
 * largest stays the largest. A ReLU before the pool is moved behind it, where fewer elements are.
 * Axis by axis, where that takes fewer comparisons: 6 instead of 8 for 3 x 3 windows two apart.
 */
final class MaxPool implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    ProgramBuilder p = call.program();
    Optional<Value> beforeRelu = call.outputs() == 1 ? rectifiedOnce(call, x) : Optional.empty();
    Value source = beforeRelu.orElse(x);
    int dimensions = Math.max(x.shape().rank() - 2, 0);
    WindowSizes sizes = WindowSizes.of(call, x.shape(), call.sizes("kernel_shape", dimensions, 0));
    boolean ceil = call.attributes().integer("ceil_mode", 0) != 0;
    if (call.outputs() > 1) {
      return withIndices(call, source, sizes, ceil);
    }
    List<Integer> output = sizes.output(call, ceil);
    Value largest = source;
    if (comparisonsByAxes(sizes, output) < comparisons(output, sizes.taps())) {
      for (int d = dimensions - 1; d >= 0; d--) {
        largest = largest(call, largest, sizes.along(d, largest.shape()), ceil);
      }
    } else {
      largest = largest(call, source, sizes, ceil);
    }
    return List.of(beforeRelu.isPresent() ? p.rectify(largest) : largest);
  }

  private static long comparisons(List<Integer> places, int taps) {
    return places.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact)
        * (taps - 1);
  }

  /** From the last axis to the first. */
  private static long comparisonsByAxes(WindowSizes sizes, List<Integer> output) {
    List<Integer> places = new ArrayList<>(sizes.input());
    long comparisons = 0;
    for (int d = places.size() - 1; d >= 0; d--) {
      places.set(d, output.get(d));
      comparisons += comparisons(places, sizes.kernel().get(d));
    }
    return comparisons;
  }

  private static Value largest(Call call, Value x, WindowSizes sizes, boolean ceil) {
    if (sizes.isStill()) {
      return x;
    }
    Windows windows = Windows.of(call, sizes, ceil);
    ProgramBuilder p = call.program();
    return p.reshape(p.emit(new Largest(stacked(p, x, sizes, windows))), shape(x.shape(), windows));
  }

  private static List<Value> withIndices(Call call, Value x, WindowSizes sizes, boolean ceil) {
    ProgramBuilder p = call.program();
    Windows windows = Windows.of(call, sizes, ceil);
    int[] places = places(x.shape(), sizes, windows);
    Value stacked = stacked(p, x, sizes, windows);
    Shape shape = shape(x.shape(), windows);
    double[] labels = labels(call, places, sizes.plane());
    Value index = p.emit(new IndexOfLargest(stacked, labels, false), ElementType.INT64);
    return List.of(p.reshape(p.emit(new Largest(stacked)), shape), p.reshape(index, shape));
  }

  private static Shape shape(Shape x, Windows windows) {
    List<Integer> dims = new ArrayList<>(x.dimensions().subList(0, 2));
    dims.addAll(windows.output());
    return new Shape(dims);
  }

  private static Value stacked(ProgramBuilder p, Value x, WindowSizes sizes, Windows windows) {
    int count = Dims.volume(x.shape(), 0, 2) * windows.places();
    int[] places = places(x.shape(), sizes, windows);
    return p.gather(x, Dims.shape(sizes.taps(), count), places);
  }

  private static Optional<Value> rectifiedOnce(Call call, Value x) {
    return call.isUsedOnce().test(x) && x.origin().orElse(null) instanceof Rectified(Value before)
        ? Optional.of(before)
        : Optional.empty();
  }

  /** [taps, planes * places]: tap t of every window of every plane. */
  private static int[] places(Shape x, WindowSizes sizes, Windows windows) {
    int taps = sizes.taps();
    int planes = Dims.volume(x, 0, 2);
    int plane = sizes.plane().size();
    int count = windows.places();
    int[] places = new int[Math.multiplyExact(taps, planes * count)];
    int at = 0;
    for (int t = 0; t < taps; t++) {
      for (int c = 0; c < planes; c++) {
        for (int i = 0; i < count; i++) {
          int[] inside = windows.inside()[i];
          places[at++] = c * plane + inside[Math.min(t, inside.length - 1)];
        }
      }
    }
    return places;
  }

  /** Indices into the whole tensor; column by column within a plane for storage_order 1. */
  private static double[] labels(Call call, int[] places, Shape plane) {
    boolean columns = call.attributes().integer("storage_order", 0) != 0;
    int[] rowSteps = Dims.strides(plane);
    double[] labels = new double[places.length];
    for (int i = 0; i < labels.length; i++) {
      int inPlane = places[i] % plane.size();
      int label = places[i] - inPlane;
      int step = 1;
      for (int d = 0; d < rowSteps.length; d++) {
        int at = inPlane / rowSteps[d] % Dims.dim(plane, d);
        label += at * (columns ? step : rowSteps[d]);
        step *= Dims.dim(plane, d);
      }
      labels[i] = label;
    }
    return labels;
  }
}
