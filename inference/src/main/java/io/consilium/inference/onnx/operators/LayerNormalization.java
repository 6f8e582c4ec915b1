package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;
import java.util.stream.IntStream;

/** LayerNormalization over the last axes. */
final class LayerNormalization implements Operator {
  private static final double EPSILON = 1e-5;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    int rank = x.shape().rank();
    int first = call.axis(call.attributes().integer("axis", -1), rank);
    List<Integer> axes = IntStream.range(first, rank).boxed().toList();
    Normalization normal =
        Normalization.over(p, x, axes, call.attributes().real("epsilon", EPSILON));
    Value scaled = p.multiply(normal.value(), call.input(1));
    Value y = call.has(2) ? p.add(scaled, call.input(2)) : scaled;
    return List.of(y, normal.mean(), normal.inverse());
  }
}
