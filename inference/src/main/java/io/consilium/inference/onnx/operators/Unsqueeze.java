package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Unsqueeze: with dimensions of length 1 at some places of the result. */
final class Unsqueeze implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    List<Long> named = call.integers("axes", 1).orElseThrow(() -> call.refusal("no axes"));
    int rank = x.shape().rank() + named.size();
    List<Integer> axes = call.axes(named, rank);
    Iterator<Integer> own = x.shape().dimensions().iterator();
    List<Integer> dimensions = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      dimensions.add(axes.contains(d) ? Integer.valueOf(1) : own.next());
    }
    return List.of(call.program().reshape(x, new Shape(dimensions)));
  }
}
