package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.IndicesOfLargest;
import io.consilium.inference.onnx.program.LargestFew;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * TopK: the largest or smallest few along an axis, the first first, and of equal ones the first.
 */
final class TopK implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    int rank = x.shape().rank();
    int axis = call.axis(call.attributes().integer("axis", -1), rank);
    long count =
        call.integers("k", 1)
            .orElseThrow(() -> call.refusal("it does not say how many"))
            .getFirst();
    int length = Dims.dim(x.shape(), axis);
    if (count < 0 || count > length) {
      throw call.refusal("the largest " + count + " of " + length + " cannot be named");
    }
    Shape shape = Dims.with(x.shape(), axis, (int) count);
    if (count == 0) {
      return List.of(p.gather(x, shape, new int[0]), p.gather(x, shape, new int[0]));
    }
    // They are sorted, whether that is asked for or not.
    long _ = call.attributes().integer("sorted", 1);
    boolean largest = call.attributes().integer("largest", 1) != 0;
    Value stacked = Reductions.stacked(p, largest ? x : p.negate(x), List.of(axis));
    Value values = p.emit(new LargestFew(stacked, (int) count));
    Value places = p.emit(new IndicesOfLargest(stacked, (int) count), ElementType.INT64);
    return List.of(
        placed(p, largest ? values : p.negate(values), shape, axis),
        placed(p, places, shape, axis));
  }

  /** [count, others] with the first axis at its place. */
  private static Value placed(ProgramBuilder p, Value x, Shape shape, int axis) {
    List<Integer> order = new ArrayList<>(List.of(axis));
    order.addAll(Dims.without(shape.rank(), List.of(axis)));
    Value front = p.reshape(x, new Shape(order.stream().map(d -> Dims.dim(shape, d)).toList()));
    List<Integer> back = new ArrayList<>();
    for (int d = 0; d < shape.rank(); d++) {
      back.add(order.indexOf(d));
    }
    return p.transpose(front, back);
  }
}
