package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Add, Sub, Mul and Div: two tensors that are repeated to a common shape. */
record Arithmetic(Operation operation) implements Operator {
  /** Two values to one. */
  @FunctionalInterface
  interface Operation {
    Value of(ProgramBuilder program, Value x, Value y);
  }

  private static final int OPSET_OF_BROADCASTING = 7;

  @Override
  public List<Value> translate(Call call) {
    Value x = call.input(0);
    Value y = call.input(1);
    if (call.opset() < OPSET_OF_BROADCASTING && call.attributes().has("axis")) {
      y = placed(call, x, y);
    }
    return List.of(operation.of(call.program(), x, y));
  }

  /** Until opset 6 the smaller tensor began at an axis of the larger one. */
  private static Value placed(Call call, Value x, Value y) {
    int rank = x.shape().rank();
    int axis = call.axis(call.attributes().integer("axis", 0), Math.max(rank, 1));
    int trailing = rank - axis - y.shape().rank();
    if (trailing <= 0) {
      return y;
    }
    List<Integer> dimensions = new ArrayList<>(y.shape().dimensions());
    dimensions.addAll(Dims.ones(trailing));
    return call.program().reshape(y, new Shape(dimensions));
  }
}
