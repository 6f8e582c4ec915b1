package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Tile: the tensor so many times along each axis. */
final class Tile implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    Shape repeats = Given.shape(call, call.integers(1));
    if (repeats.rank() != x.shape().rank()) {
      throw call.refusal(repeats.rank() + " repeats for " + x.shape().rank() + " axes");
    }
    List<Long> dimensions = new ArrayList<>();
    for (int d = 0; d < repeats.rank(); d++) {
      dimensions.add((long) Dims.dim(repeats, d) * Dims.dim(x.shape(), d));
    }
    Shape shape = Given.shape(call, dimensions);
    int[] from = Dims.strides(x.shape());
    int[] to = Dims.strides(shape);
    int[] indices = new int[shape.size()];
    for (int i = 0; i < indices.length; i++) {
      for (int d = 0; d < to.length; d++) {
        indices[i] += i / to[d] % Dims.dim(shape, d) % Dims.dim(x.shape(), d) * from[d];
      }
    }
    return List.of(call.program().gather(x, shape, indices));
  }
}
