package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Flatten: a matrix of all dimensions before an axis and all from it on. */
final class Flatten implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    int rank = x.shape().rank();
    long axis = call.attributes().integer("axis", 1);
    int split = axis == rank ? rank : call.axis(axis, Math.max(rank, 1));
    int rows = Dims.volume(x.shape(), 0, split);
    int columns = Dims.volume(x.shape(), split, rank);
    return List.of(call.program().reshape(x, Dims.shape(rows, columns)));
  }
}
