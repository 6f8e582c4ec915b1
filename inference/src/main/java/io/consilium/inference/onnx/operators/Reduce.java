package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import java.util.List;
import java.util.Optional;

/** ReduceSum, ReduceMean, ReduceMax and their relatives: over axes, or over all. */
record Reduce(Operation operation) implements Operator {
  /** A tensor to one whose axes have the length 1. */
  @FunctionalInterface
  interface Operation {
    Value of(ProgramBuilder program, Value x, List<Integer> axes);
  }

  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    int rank = x.shape().rank();
    boolean keeps = call.attributes().integer("keepdims", 1) != 0;
    boolean still = call.attributes().integer("noop_with_empty_axes", 0) != 0;
    Optional<List<Long>> named = call.integers("axes", 1).filter(axes -> !axes.isEmpty());
    if (named.isEmpty() && still) {
      return List.of(x);
    }
    List<Integer> axes =
        named.map(list -> call.axes(list, rank)).orElseGet(() -> call.allAxes(rank));
    Value reduced = operation.of(call.program(), x, axes);
    return List.of(
        keeps ? reduced : call.program().reshape(reduced, Reductions.dropped(x.shape(), axes)));
  }
}
