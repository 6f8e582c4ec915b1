package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/** Range: public numbers at equal distances. */
final class RangeOperator implements Operator {
  @Override
  public List<Value> translate(Call call) {
    double start = call.known(0).elements()[0];
    double limit = call.known(1).elements()[0];
    double step = call.known(2).elements()[0];
    double count = Math.max(0, Math.ceil((limit - start) / step));
    if (!Double.isFinite(count)) {
      throw call.refusal("it never ends");
    }
    Shape shape = Given.shape(call, List.of((long) count));
    double[] elements = new double[shape.size()];
    Arrays.setAll(elements, i -> start + i * step);
    return List.of(call.program().constant(new Tensor(call.known(0).type(), shape, elements)));
  }
}
