package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Squeeze: without dimensions of length 1. */
final class Squeeze implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Shape shape = call.input(0).shape();
    Optional<List<Long>> named = call.integers("axes", 1);
    List<Integer> axes =
        named.isPresent() ? call.axes(named.get(), shape.rank()) : ofLengthOne(shape);
    List<Integer> kept = new ArrayList<>();
    for (int d : Dims.without(shape.rank(), axes)) {
      kept.add(Dims.dim(shape, d));
    }
    for (int axis : axes) {
      if (Dims.dim(shape, axis) != 1) {
        throw call.refusal("dimension " + axis + " of " + shape + " is not 1");
      }
    }
    return List.of(call.program().reshape(call.input(0), new Shape(kept)));
  }

  private static List<Integer> ofLengthOne(Shape shape) {
    List<Integer> axes = new ArrayList<>();
    for (int d = 0; d < shape.rank(); d++) {
      if (Dims.dim(shape, d) == 1) {
        axes.add(d);
      }
    }
    return axes;
  }
}
