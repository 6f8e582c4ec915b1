package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** InstanceNormalization over all places of a channel. */
final class InstanceNormalization implements Operator {
  private static final double EPSILON = 1e-5;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Normalization normal =
        Normalization.over(
            p,
            x,
            AveragePool.spatial(x.shape().rank()),
            call.attributes().real("epsilon", EPSILON));
    Shape channels = Channels.second(x.shape());
    Value scaled = p.multiply(normal.value(), p.reshape(call.input(1), channels));
    return List.of(p.add(scaled, p.reshape(call.input(2), channels)));
  }
}
