package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.List;

/** Concat: tensors side by side along an axis. */
final class Concat implements Operator {
  @Override
  public List<Value> translate(Call call) {
    int axis = call.axis(call.attributes().integer("axis", 1), call.rank(0));
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < call.inputs().size(); i++) {
      parts.add(call.input(i));
    }
    return List.of(call.program().concatenate(parts, axis));
  }
}
