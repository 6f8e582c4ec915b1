package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Value;
import java.util.List;

/** GlobalAveragePool and GlobalMaxPool: over all places of a channel. */
record GlobalPool(boolean mean) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    List<Integer> axes = AveragePool.spatial(x.shape().rank());
    return List.of(
        mean ? call.program().sumOver(x, axes, true) : Reductions.largest(call.program(), x, axes));
  }
}
