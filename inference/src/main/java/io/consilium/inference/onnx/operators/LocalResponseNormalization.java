package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** LRN: x over a power of one more than a mean of squares of neighbouring channels. */
final class LocalResponseNormalization implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    int size = Math.toIntExact(call.attributes().integer("size", 1));
    if (size < 1 || x.shape().rank() < 2) {
      throw call.refusal("a window of " + size + " channels over " + x.shape());
    }
    double share = call.attributes().real("alpha", 1e-4) / size;
    Value sums = neighbours(p, p.multiply(x, x), size, share);
    Value base = p.add(sums, call.attributes().real("bias", 1));
    Value power = p.multiply(p.apply(Functions.LOG, base), -call.attributes().real("beta", 0.75));
    return List.of(p.multiply(x, p.apply(Functions.EXP, power)));
  }

  private static Value neighbours(ProgramBuilder p, Value squares, int size, double share) {
    Shape shape = squares.shape();
    int channels = Dims.dim(shape, 1);
    int places = Dims.volume(shape, 2, shape.rank());
    int before = (size - 1) / 2;
    int after = size - 1 - before;
    return p.weigh(
        squares,
        shape,
        i -> {
          int channel = i / places % channels;
          int from = Math.max(channel - before, 0);
          int to = Math.min(channel + after, channels - 1);
          return IntStream.rangeClosed(from, to).map(c -> i + (c - channel) * places).toArray();
        },
        i -> {
          int channel = i / places % channels;
          int from = Math.max(channel - before, 0);
          double[] weights = new double[Math.min(channel + after, channels - 1) - from + 1];
          Arrays.fill(weights, share);
          return weights;
        });
  }
}
