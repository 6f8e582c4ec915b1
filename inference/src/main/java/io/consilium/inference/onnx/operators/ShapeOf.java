package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Shape: the dimensions from a start to an end; public whatever the tensor is. */
final class ShapeOf implements Operator {
  @Override
  public List<Value> translate(Call call) {
    List<Integer> dimensions = call.input(0).shape().dimensions();
    int rank = dimensions.size();
    int start = place(call.attributes().integer("start", 0), rank);
    int end = place(call.attributes().integer("end", rank), rank);
    long[] sizes =
        dimensions.subList(start, Math.max(start, end)).stream()
            .mapToLong(Integer::longValue)
            .toArray();
    return List.of(call.program().constant(Tensor.integers(sizes)));
  }

  private static int place(long at, int rank) {
    return (int) Math.clamp(at < 0 ? at + rank : at, 0, rank);
  }
}
