package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Split: parts of given lengths along an axis, or equal ones, of which the last may be shorter. */
final class Split implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    int axis = call.axis(call.attributes().integer("axis", 0), x.shape().rank());
    int length = Dims.dim(x.shape(), axis);
    List<Value> parts = new ArrayList<>();
    int at = 0;
    for (int size : sizes(call, length)) {
      if (size < 0 || size > length - at) {
        throw call.refusal("parts exceed the length " + length + " of the axis");
      }
      parts.add(Slices.along(call.program(), x, axis, at, 1, size));
      at += size;
    }
    return parts;
  }

  private static List<Integer> sizes(Call call, int length) {
    Optional<List<Long>> given = call.integers("split", 1);
    if (given.isPresent()) {
      return given.get().stream().map(Math::toIntExact).toList();
    }
    int count = Math.toIntExact(call.attributes().integer("num_outputs", call.outputs()));
    if (count < 1 || count > Math.max(length, 1)) {
      throw call.refusal(count + " parts of a length of " + length);
    }
    int equal = Math.ceilDiv(length, count);
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(count - 1, equal));
    sizes.add(length - equal * (count - 1));
    return sizes;
  }
}
