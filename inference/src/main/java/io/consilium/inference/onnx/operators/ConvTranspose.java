package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Deconvolution;
import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** ConvTranspose: the whole of the spread windows, from which the padding is cut. */
final class ConvTranspose implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    Shape kernel = call.input(1).shape();
    if (kernel.rank() != x.shape().rank()
        || kernel.rank() < 3
        || Dims.dim(kernel, 0) != Dims.dim(x.shape(), 1)) {
      throw call.refusal("weights " + kernel + " do not fit the input " + x.shape());
    }
    List<Integer> taps = kernel.dimensions().subList(2, kernel.rank());
    int dimensions = taps.size();
    WindowSizes.requireKernel(call, taps);
    List<Integer> stride = call.sizes("strides", dimensions, 1);
    List<Integer> dilation = call.sizes("dilations", dimensions, 1);
    List<Integer> more = call.sizes("output_padding", dimensions, 0);
    int group = Math.toIntExact(call.attributes().integer("group", 1));
    List<Integer> full = new ArrayList<>();
    for (int d = 0; d < dimensions; d++) {
      long reach = (long) (taps.get(d) - 1) * dilation.get(d) + 1;
      long size = (long) stride.get(d) * (Dims.dim(x.shape(), d + 2) - 1) + reach + more.get(d);
      full.add(Math.toIntExact(Math.min(size, Integer.MAX_VALUE)));
    }
    ConvolutionGeometry geometry =
        geometry(call, x.shape(), kernel, group, full, taps, stride, dilation);
    Deconvolution plain = new Deconvolution(geometry, x, call.input(1), Optional.empty());
    Value cut = cut(call, p.emit(plain), full, stride);
    Optional<Value> bias = call.optional(2);
    if (bias.isEmpty()) {
      return List.of(cut);
    }
    if (reachesBeyond(cut.shape(), full)) {
      return List.of(p.add(cut, p.reshape(bias.get(), Channels.second(cut.shape()))));
    }
    Deconvolution biased = new Deconvolution(geometry, x, call.input(1), bias);
    return List.of(cut(call, p.emit(biased), full, stride));
  }

  /** Whether zeros were put behind, where a bias has to be added, too. */
  private static boolean reachesBeyond(Shape shape, List<Integer> full) {
    for (int d = 0; d < full.size(); d++) {
      if (Dims.dim(shape, d + 2) > full.get(d)) {
        return true;
      }
    }
    return false;
  }

  private static ConvolutionGeometry geometry(
      Call call,
      Shape x,
      Shape kernel,
      int group,
      List<Integer> full,
      List<Integer> taps,
      List<Integer> stride,
      List<Integer> dilation) {
    ConvolutionGeometry geometry;
    try {
      geometry =
          new ConvolutionGeometry(
              Dims.dim(x, 0),
              Math.multiplyExact(Dims.dim(kernel, 1), group),
              Dims.dim(x, 1),
              group,
              full,
              taps,
              stride,
              Collections.nCopies(full.size(), 0),
              dilation);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw call.refusal(e.getMessage());
    }
    if (!geometry.outputShape().equals(x.dimensions())) {
      throw call.refusal("'output_padding' is not smaller than the stride");
    }
    return geometry;
  }

  /** Padding is what the result has less than the whole. */
  private static Value cut(Call call, Value full, List<Integer> sizes, List<Integer> stride) {
    int dimensions = sizes.size();
    List<Integer> pads = call.sizes("pads", 2 * dimensions, 0);
    String auto =
        call.attributes().choice("auto_pad", "NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID");
    boolean shaped = call.attributes().has("output_shape");
    List<Integer> wanted = shaped ? call.sizes("output_shape", dimensions, 0) : List.of();
    Value z = full;
    for (int d = 0; d < dimensions; d++) {
      int size = sizes.get(d);
      int before = pads.get(d);
      int after = pads.get(d + dimensions);
      if (shaped || auto.startsWith("SAME")) {
        int target =
            shaped ? wanted.get(d) : Dims.dim(call.input(0).shape(), d + 2) * stride.get(d);
        if (target > size) {
          z = extended(call, z, d + 2, target - size);
          continue;
        }
        int total = size - target;
        before = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
        after = total - before;
      }
      int rest = size - before - after;
      if (before < 0 || after < 0 || rest < 1) {
        throw call.refusal("its padding leaves no output");
      }
      z = Slices.along(call.program(), z, d + 2, before, 1, rest);
    }
    return z;
  }

  /** Zeros behind an axis, where an output is asked for that no window reaches. */
  private static Value extended(Call call, Value z, int axis, int more) {
    Shape shape = Dims.with(z.shape(), axis, more);
    call.program().requireRoom(shape.size());
    Tensor zeros = new Tensor(ElementType.FLOAT, shape, new double[shape.size()]);
    return call.program().concatenate(List.of(z, call.program().constant(zeros)), axis);
  }
}
