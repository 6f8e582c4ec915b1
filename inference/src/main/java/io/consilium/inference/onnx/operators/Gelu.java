package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Gelu, by the error function or by tanh. */
final class Gelu implements Operator {
  @Override
  public List<Value> translate(Call call) {
    boolean tanh = call.attributes().choice("approximate", "none", "tanh").equals("tanh");
    return List.of(
        call.program().apply(tanh ? Functions.GELU_BY_TANH : Functions.GELU, call.input(0)));
  }
}
