package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** QuantizeLinear: rounded to the nearest integer, of two to the even one, and saturated. */
final class QuantizeLinear implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Quantisation own = Quantisation.of(call, 1, 2, call.attributes().integer("axis", 1));
    return List.of(own.quantised(call.input(0), own.type()));
  }
}
