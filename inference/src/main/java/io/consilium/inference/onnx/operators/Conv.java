package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Convolution;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Gathered;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.Collections;
import java.util.List;

/** Conv in one, two or three dimensions. Padding that differs between sides is made of zeros. */
final class Conv implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    Value weights = call.input(1);
    Shape kernel = weights.shape();
    if (kernel.rank() != x.shape().rank() || kernel.rank() < 3) {
      throw call.refusal("weights " + kernel + " do not fit the input " + x.shape());
    }
    WindowSizes sizes =
        WindowSizes.of(call, x.shape(), kernel.dimensions().subList(2, kernel.rank()));
    Value padded = sizes.isSymmetric() ? x : padded(call.program(), x, sizes);
    ConvolutionGeometry geometry = geometry(call, padded.shape(), kernel, sizes);
    if (Dims.dim(kernel, 1) * geometry.groups() != geometry.inputChannels()) {
      throw call.refusal("weights " + kernel + " do not fit the input " + x.shape());
    }
    return List.of(
        call.program()
            .emit(new Convolution(geometry, padded, weights, call.optional(2)), x.type()));
  }

  private static ConvolutionGeometry geometry(Call call, Shape x, Shape kernel, WindowSizes sizes) {
    try {
      return new ConvolutionGeometry(
          Dims.dim(x, 0),
          Dims.dim(x, 1),
          Dims.dim(kernel, 0),
          Math.toIntExact(call.attributes().integer("group", 1)),
          x.dimensions().subList(2, x.rank()),
          sizes.kernel(),
          sizes.stride(),
          sizes.isSymmetric() ? sizes.before() : Collections.nCopies(sizes.dimensions(), 0),
          sizes.dilation());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw call.refusal(e.getMessage());
    }
  }

  /** Zeros around the spatial dimensions. */
  private static Value padded(ProgramBuilder p, Value x, WindowSizes sizes) {
    Shape shape = x.shape();
    int[] from = Dims.strides(shape);
    for (int d = 0; d < sizes.dimensions(); d++) {
      int size = sizes.input().get(d) + sizes.before().get(d) + sizes.after().get(d);
      shape = Dims.with(shape, d + 2, size);
    }
    int[] to = Dims.strides(shape);
    int[] indices = new int[shape.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = source(i, x.shape(), shape, from, to, sizes);
    }
    return p.gather(x, shape, indices);
  }

  private static int source(int i, Shape x, Shape padded, int[] from, int[] to, WindowSizes sizes) {
    int index = 0;
    for (int d = 0; d < from.length; d++) {
      int at = i / to[d] % Dims.dim(padded, d) - (d < 2 ? 0 : sizes.before().get(d - 2));
      if (at < 0 || at >= Dims.dim(x, d)) {
        return Gathered.ZERO;
      }
      index += at * from[d];
    }
    return index;
  }
}
