package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Where: public conditions are places, and secret ones choose without a branch. */
final class Where implements Operator {
  @Override
  public List<Value> translate(Call call) {
    return List.of(call.program().choose(call.input(0), call.input(1), call.input(2)));
  }
}
