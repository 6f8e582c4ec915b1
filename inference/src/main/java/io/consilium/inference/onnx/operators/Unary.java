package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** A tensor to a tensor of the same shape, without attributes. */
record Unary(Operation operation) implements Operator {
  /** A value to a value. */
  @FunctionalInterface
  interface Operation {
    Value of(ProgramBuilder program, Value x);
  }

  @Override
  public List<Value> translate(Call call) {
    return List.of(operation.of(call.program(), call.input(0)));
  }
}
