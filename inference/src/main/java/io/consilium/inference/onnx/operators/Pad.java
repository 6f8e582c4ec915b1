package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Gathered;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pad: with a constant, the edge, a reflection, or the other side; negative pads crop. */
final class Pad implements Operator {
  private static final int OUTSIDE = -1;

  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    int rank = x.shape().rank();
    List<Long> pads =
        call.integers(call.attributes().has("paddings") ? "paddings" : "pads", 1)
            .orElseThrow(() -> call.refusal("no pads"));
    List<Integer> axes = call.has(3) ? call.axes(call.integers(3), rank) : call.allAxes(rank);
    if (pads.size() != 2 * axes.size()) {
      throw call.refusal(pads.size() + " pads for " + axes.size() + " axes");
    }
    String mode = call.attributes().choice("mode", "constant", "edge", "reflect", "wrap");
    double value = call.attributes().real("value", 0);
    int[] indices = Dims.walk(x.shape(), 0, Dims.strides(x.shape()));
    Shape shape = x.shape();
    for (int i = 0; i < axes.size(); i++) {
      long before = pads.get(i);
      long after = pads.get(i + axes.size());
      int axis = axes.get(i);
      long size = Dims.dim(shape, axis) + before + after;
      if (size < 0 || size > Integer.MAX_VALUE / 4) {
        throw call.refusal("pads " + pads + " leave no tensor of " + x.shape());
      }
      Shape next = Dims.with(shape, axis, (int) size);
      indices = padded(call, indices, shape, next, axis, before, mode);
      shape = next;
    }
    Value z = call.program().gather(x, shape, indices);
    boolean isFilled = Arrays.stream(indices).anyMatch(index -> index == Gathered.ZERO);
    return List.of(isFilled ? withConstant(call, z, shape, indices, value) : z);
  }

  private static int[] padded(
      Call call, int[] indices, Shape shape, Shape next, int axis, long before, String mode) {
    int length = Dims.dim(shape, axis);
    int inner = Dims.volume(shape, axis + 1, shape.rank());
    int size = Dims.dim(next, axis);
    int[] result = new int[next.size()];
    for (int i = 0; i < result.length; i++) {
      int place = source(call, i / inner % size - before, length, mode);
      int outer = i / inner / size;
      result[i] =
          place == OUTSIDE ? Gathered.ZERO : indices[(outer * length + place) * inner + i % inner];
    }
    return result;
  }

  private static int source(Call call, long at, int length, String mode) {
    if (at >= 0 && at < length) {
      return (int) at;
    }
    return switch (mode) {
      case "constant" -> OUTSIDE;
      case "edge" -> (int) Math.clamp(at, 0, length - 1);
      case "wrap" -> (int) Math.floorMod(at, (long) length);
      case "reflect" -> {
        long period = Math.max(2L * (length - 1), 1);
        long folded = Math.floorMod(at, period);
        yield (int) (folded < length ? folded : period - folded);
      }
      default -> throw call.refusal("padding of the mode '" + mode + "' is not supported");
    };
  }

  private static Value withConstant(Call call, Value z, Shape shape, int[] indices, double value) {
    ProgramBuilder p = call.program();
    List<Value> constants = new ArrayList<>();
    if (call.has(2)) {
      constants.add(call.input(2));
    } else if (value != 0) {
      constants.add(p.constant(value));
    }
    boolean zero =
        constants.isEmpty()
            || constants.getFirst().isKnown()
                && (constants.getFirst().shape().size() == 0
                    || constants.getFirst().known().elements()[0] == 0);
    if (zero) {
      return z;
    }
    double[] outside = new double[indices.length];
    for (int i = 0; i < outside.length; i++) {
      outside[i] = indices[i] == Gathered.ZERO ? 1 : 0;
    }
    if (constants.getFirst().isKnown() && !constants.getFirst().known().isFinite()) {
      double[] filled = outside;
      double infinity = call.program().publish(constants.getFirst()).elements()[0];
      java.util.Arrays.setAll(filled, i -> filled[i] == 0 ? 0 : infinity);
      return p.add(z, p.constant(new Tensor(ElementType.FLOAT, shape, filled)));
    }
    Value mask = p.constant(new Tensor(ElementType.FLOAT, shape, outside));
    Value number = p.reshape(constants.getFirst(), Dims.shape());
    return p.add(z, p.multiply(p.broadcast(number, shape), mask));
  }
}
