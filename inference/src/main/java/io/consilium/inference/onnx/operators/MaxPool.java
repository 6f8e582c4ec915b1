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
    Windows windows = Windows.of(call, sizes, ceil);
    int taps = sizes.taps();
    int planes = Dims.volume(x.shape(), 0, 2);
    int[] places = places(windows, taps, planes, sizes.plane().size());
    Value stacked = p.gather(source, Dims.shape(taps, planes * windows.places()), places);
    List<Integer> dims = new ArrayList<>(x.shape().dimensions().subList(0, 2));
    dims.addAll(windows.output());
    Shape shape = new Shape(dims);
    Value largest = p.reshape(p.emit(new Largest(stacked)), shape);
    List<Value> outputs = new ArrayList<>();
    outputs.add(beforeRelu.isPresent() ? p.rectify(largest) : largest);
    if (call.outputs() > 1) {
      double[] labels = labels(call, places, sizes.plane());
      Value index = p.emit(new IndexOfLargest(stacked, labels, false), ElementType.INT64);
      outputs.add(p.reshape(index, shape));
    }
    return outputs;
  }

  private static Optional<Value> rectifiedOnce(Call call, Value x) {
    return call.isUsedOnce().test(x) && x.origin().orElse(null) instanceof Rectified(Value before)
        ? Optional.of(before)
        : Optional.empty();
  }

  /** [taps, planes * places]: tap t of every window of every plane. */
  private static int[] places(Windows windows, int taps, int planes, int plane) {
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
