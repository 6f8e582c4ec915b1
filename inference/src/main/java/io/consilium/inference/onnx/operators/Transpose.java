package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** Transpose; all dimensions in reverse if no order is given. */
final class Transpose implements Operator {
  @Override
  public List<Value> translate(Call call) {
    int rank = call.rank(0);
    List<Integer> order =
        call.attributes()
            .integers("perm")
            .map(perm -> call.axes(perm, rank))
            .orElseGet(() -> call.allAxes(rank).reversed());
    if (order.size() != rank) {
      throw call.refusal("an order of " + order.size() + " for " + rank + " dimensions");
    }
    return List.of(call.program().transpose(call.input(0), order));
  }
}
