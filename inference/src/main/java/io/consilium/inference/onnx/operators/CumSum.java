package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** CumSum: sums of all before an element, with it or without, from either end. */
final class CumSum implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value x = call.input(0);
    int rank = x.shape().rank();
    int axis = call.axis(call.integers(1).getFirst(), rank);
    boolean exclusive = call.attributes().integer("exclusive", 0) != 0;
    boolean reverse = call.attributes().integer("reverse", 0) != 0;
    int length = Dims.dim(x.shape(), axis);
    if (x.shape().size() == 0) {
      return List.of(x);
    }
    Value front = p.toFront(x, List.of(axis));
    int others = x.shape().size() / length;
    int without = exclusive ? 1 : 0;
    Value sums =
        p.weigh(
            p.reshape(front, Shape.matrix(length, others)),
            front.shape(),
            place -> {
              int row = place / others;
              int first = reverse ? row + without : 0;
              int end = reverse ? length : row + 1 - without;
              int[] places = new int[end - first];
              Arrays.setAll(places, i -> (first + i) * others + place % others);
              return places;
            },
            place -> {
              int row = place / others;
              double[] ones = new double[reverse ? length - row - without : row + 1 - without];
              Arrays.fill(ones, 1);
              return ones;
            });
    List<Integer> order = new ArrayList<>(List.of(axis));
    order.addAll(Dims.without(rank, List.of(axis)));
    List<Integer> back = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      back.add(order.indexOf(d));
    }
    return List.of(p.transpose(sums, back));
  }
}
