package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** And, Or and Xor of truth values, which are integers 0 and 1: sums and products of them. */
record Logic(Arithmetic.Operation operation) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.program().as(ElementType.BOOL, call.input(0));
    Value y = call.program().as(ElementType.BOOL, call.input(1));
    return List.of(operation.of(call.program(), x, y));
  }
}
