package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** DequantizeLinear. */
final class DequantizeLinear implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Quantisation own = Quantisation.of(call, 1, 2, call.attributes().integer("axis", 1));
    // Whichever float it is, it is a fixed-point number here.
    long _ = call.attributes().integer("output_dtype", 0);
    return List.of(own.reals(call.input(0)));
  }
}
