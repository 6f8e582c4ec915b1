package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * BatchNormalization of a finished training: a factor and a summand for every channel, which go
 * into the convolution before if there is one.
 */
final class BatchNormalization implements Operator {
  private static final double EPSILON = 1e-5;

  @Override
  public List<Value> translate(Call call) {
    if (call.outputs() > 1
        || call.attributes().integer("training_mode", 0) != 0
        || call.attributes().integer("spatial", 1) == 0) {
      throw call.refusal("it is in training mode; export the network for inference");
    }
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Value variance = p.add(call.input(4), call.attributes().real("epsilon", EPSILON));
    Value factor = p.multiply(p.apply(Functions.INVERSE_SQRT, variance), call.input(1));
    Value shift = p.subtract(call.input(2), p.multiply(call.input(3), factor));
    return List.of(
        Fusion.scaled(call, x, factor, shift).orElseGet(() -> channelwise(p, x, factor, shift)));
  }

  private static Value channelwise(ProgramBuilder p, Value x, Value factor, Value shift) {
    Shape channels = Channels.second(x.shape());
    return p.add(p.multiply(x, p.reshape(factor, channels)), p.reshape(shift, channels));
  }
}
