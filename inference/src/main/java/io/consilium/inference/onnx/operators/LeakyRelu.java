package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** LeakyRelu, PRelu: max(x, 0) + slope min(x, 0). */
final class LeakyRelu implements Operator {
  private static final double SLOPE = 0.01;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value slope =
        call.has(1)
            ? channelwise(call, x, call.input(1))
            : p.constant(call.attributes().real("alpha", SLOPE));
    Value positive = p.rectify(x);
    return List.of(p.add(positive, p.multiply(p.subtract(x, positive), slope)));
  }

  /** Old exports give one slope a channel without the dimensions behind it. */
  private static Value channelwise(Call call, Value x, Value slope) {
    boolean vector = slope.shape().rank() == 1 && x.shape().rank() > 2;
    return vector && slope.shape().size() == x.shape().dimensions().get(1)
        ? call.program().reshape(slope, Channels.second(x.shape()))
        : slope;
  }
}
