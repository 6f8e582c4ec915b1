package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * GroupNormalization over the channels of a group and all places; scales are per channel or group.
 */
final class GroupNormalization implements Operator {
  private static final double EPSILON = 1e-5;

  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Shape shape = x.shape();
    int groups = Math.toIntExact(call.attributes().integer("num_groups", 1));
    int channels = Dims.dim(shape, 1);
    if (groups < 1 || channels % groups != 0) {
      throw call.refusal(groups + " groups of " + channels + " channels");
    }
    int rows = Dims.dim(shape, 0) * groups;
    Value grouped = p.reshape(x, Dims.shape(rows, shape.size() / rows));
    Normalization normal =
        Normalization.over(p, grouped, List.of(1), call.attributes().real("epsilon", EPSILON));
    Value back = p.reshape(normal.value(), shape);
    Value scaled = p.multiply(back, perChannel(p, call.input(1), shape));
    return List.of(p.add(scaled, perChannel(p, call.input(2), shape)));
  }

  private static Value perChannel(ProgramBuilder p, Value given, Shape shape) {
    int channels = Dims.dim(shape, 1);
    int count = given.shape().size();
    Value each =
        p.broadcast(p.reshape(given, Dims.shape(count, 1)), Dims.shape(count, channels / count));
    return p.reshape(each, Channels.second(shape));
  }
}
