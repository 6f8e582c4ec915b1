package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** AveragePool: sums of windows over how many elements count. */
final class AveragePool implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    int dimensions = Math.max(x.shape().rank() - 2, 0);
    WindowSizes sizes = WindowSizes.of(call, x.shape(), call.sizes("kernel_shape", dimensions, 0));
    Windows windows = Windows.of(call, sizes, call.attributes().integer("ceil_mode", 0) != 0);
    boolean withPadding = call.attributes().integer("count_include_pad", 0) != 0;
    List<Integer> dims = new ArrayList<>(x.shape().dimensions().subList(0, 2));
    dims.addAll(windows.output());
    int plane = sizes.plane().size();
    int count = windows.places();
    return List.of(
        call.program()
            .weigh(
                x,
                new Shape(dims),
                i -> shifted(windows.inside()[i % count], i / count * plane),
                i -> {
                  double[] weights = new double[windows.inside()[i % count].length];
                  Arrays.fill(
                      weights, 1.0 / (withPadding ? windows.counted()[i % count] : weights.length));
                  return weights;
                }));
  }

  private static int[] shifted(int[] places, int by) {
    int[] shifted = new int[places.length];
    Arrays.setAll(shifted, i -> places[i] + by);
    return shifted;
  }

  /** The axes behind the channels. */
  static List<Integer> spatial(int rank) {
    return Dims.without(rank, List.of(0, 1));
  }
}
