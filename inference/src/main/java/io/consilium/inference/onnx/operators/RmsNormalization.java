package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;
import java.util.stream.IntStream;

/** RMSNormalization over the last axes: x over the root of its mean square, times a scale. */
final class RmsNormalization implements Operator {
  private static final double EPSILON = 1e-5;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    int rank = x.shape().rank();
    int first = call.axis(call.attributes().integer("axis", -1), rank);
    List<Integer> axes = IntStream.range(first, rank).boxed().toList();
    Value square = p.sumOver(p.multiply(x, x), axes, true);
    double epsilon = call.attributes().real("epsilon", EPSILON);
    Value inverse = p.apply(Functions.INVERSE_SQRT, p.add(square, epsilon));
    return List.of(p.multiply(p.multiply(x, inverse), call.input(1)));
  }
}
