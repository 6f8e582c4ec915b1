package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Functions;
import io.consilium.inference.onnx.program.Masks;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.SoftmaxOfRows;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Softmax and LogSoftmax: along an axis, and until opset 12 over all dimensions from the axis on.
 */
record Softmax(boolean logarithm) implements Operator {
  private static final int OPSET_OF_ONE_AXIS = 13;

  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    ProgramBuilder p = call.program();
    int rank = x.shape().rank();
    if (call.opset() < OPSET_OF_ONE_AXIS) {
      int axis = call.axis(call.attributes().integer("axis", 1), Math.max(rank, 2));
      int columns = Dims.volume(x.shape(), axis, rank);
      Shape matrix = Dims.shape(x.shape().size() / columns, columns);
      return List.of(p.reshape(ofRows(p, p.reshape(x, matrix)), x.shape()));
    }
    int axis = call.axis(call.attributes().integer("axis", -1), rank);
    List<Integer> order = new ArrayList<>(Dims.without(rank, List.of(axis)));
    order.add(axis);
    Value last = p.transpose(x, order);
    int columns = Dims.dim(x.shape(), axis);
    Shape matrix = Dims.shape(x.shape().size() / columns, columns);
    Value result = p.reshape(ofRows(p, p.reshape(last, matrix)), last.shape());
    List<Integer> back = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      back.add(order.indexOf(d));
    }
    return List.of(p.transpose(result, back));
  }

  private Value ofRows(ProgramBuilder p, Value rows) {
    if (!logarithm) {
      return p.emit(new SoftmaxOfRows(Masks.bounded(p, rows)));
    }
    Value shifted = p.subtract(rows, Reductions.largest(p, rows, List.of(1)));
    Value sums = p.sumOver(p.apply(Functions.EXP, shifted), List.of(1), false);
    return p.subtract(shifted, p.apply(Functions.LOG, sums));
  }
}
