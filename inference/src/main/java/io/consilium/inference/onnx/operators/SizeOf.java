package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Size: the number of elements; public whatever the tensor is. */
final class SizeOf implements Operator {
  @Override
  public List<Value> translate(Call call) {
    int size = call.input(0).shape().size();
    return List.of(call.program().constant(Tensor.scalar(ElementType.INT64, size)));
  }
}
