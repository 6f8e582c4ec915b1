package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Any number of tensors, two by two, and for a mean one over their number. */
record Variadic(Arithmetic.Operation operation, boolean mean) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value all = call.input(0);
    for (int i = 1; i < call.inputs().size(); i++) {
      all = operation.of(p, all, call.input(i));
    }
    return List.of(mean ? p.multiply(all, 1.0 / call.inputs().size()) : all);
  }
}
