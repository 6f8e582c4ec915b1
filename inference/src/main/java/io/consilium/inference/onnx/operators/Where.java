package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Where: y + condition (x - y), which chooses without a branch. */
final class Where implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(1);
    Value y = call.input(2);
    Value chosen = p.multiply(p.subtract(x, y), call.input(0));
    return List.of(p.add(y, chosen));
  }
}
