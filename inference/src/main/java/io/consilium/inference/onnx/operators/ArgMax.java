package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.IndexOfLargest;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** ArgMax and ArgMin: where the largest or smallest along an axis is. */
record ArgMax(boolean smallest) implements Operator {
  @Override
  public List<Value> translate(Call call) {
    ProgramBuilder p = call.program();
    Value given = call.input(0);
    Value x = smallest ? p.negate(given) : given;
    int axis = call.axis(call.attributes().integer("axis", 0), x.shape().rank());
    int others = Reductions.kept(x.shape(), List.of(axis)).size();
    double[] labels = new double[x.shape().size()];
    for (int i = 0; i < labels.length; i++) {
      int place = i / others;
      labels[i] = place;
    }
    boolean last = call.attributes().integer("select_last_index", 0) != 0;
    Value stacked = Reductions.stacked(p, x, List.of(axis));
    Value index = p.emit(new IndexOfLargest(stacked, labels, last), ElementType.INT64);
    boolean keeps = call.attributes().integer("keepdims", 1) != 0;
    Shape shape =
        keeps ? Dims.with(x.shape(), axis, 1) : Reductions.dropped(x.shape(), List.of(axis));
    return List.of(p.reshape(index, shape));
  }
}
