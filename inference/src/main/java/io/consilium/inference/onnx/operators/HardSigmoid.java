package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** HardSigmoid: alpha x + beta, cut off at 0 and 1. */
final class HardSigmoid implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value scaled = p.multiply(call.input(0), call.attributes().real("alpha", 0.2));
    return List.of(p.clip(p.add(scaled, call.attributes().real("beta", 0.5)), 0, 1));
  }
}
