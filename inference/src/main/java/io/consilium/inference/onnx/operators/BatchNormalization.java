package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Convolution;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * BatchNormalization of a finished training: a factor and a summand for every channel, which go
 * into the convolution before if there is one.
 */
final class BatchNormalization implements Operator {
  private static final double EPSILON = 1e-5;

  private static final int MIN_RANK_OF_IMAGES = 3;
  private static final int MAX_RANK_OF_IMAGES = 2 + ConvolutionGeometry.DIMENSIONS_MAX;

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

  /** A convolution of every channel by itself and every place by itself. */
  private static Value channelwise(ProgramBuilder p, Value x, Value factor, Value shift) {
    if (x.shape().rank() < MIN_RANK_OF_IMAGES || x.shape().rank() > MAX_RANK_OF_IMAGES) {
      Shape channels = Channels.second(x.shape());
      return p.add(p.multiply(x, p.reshape(factor, channels)), p.reshape(shift, channels));
    }
    int channels = Dims.dim(x.shape(), 1);
    List<Integer> size = x.shape().dimensions().subList(2, x.shape().rank());
    List<Integer> ones = Dims.ones(size.size());
    List<Integer> zeros = Collections.nCopies(size.size(), 0);
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            Dims.dim(x.shape(), 0), channels, channels, channels, size, ones, ones, zeros, ones);
    Value weights = p.reshape(factor, new Shape(geometry.weightShape()));
    return p.emit(new Convolution(geometry, x, weights, Optional.of(shift)));
  }
}
