package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** Expand: repeated to a shape that both broadcast to. */
final class Expand implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    Shape wanted = Given.shape(call, call.integers(1));
    try {
      return List.of(call.program().broadcast(x, Dims.broadcast(x.shape(), wanted)));
    } catch (IllegalArgumentException e) {
      throw call.refusal(e.getMessage());
    }
  }
}
