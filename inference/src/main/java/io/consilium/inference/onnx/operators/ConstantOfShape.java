package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/** ConstantOfShape: one number everywhere. */
final class ConstantOfShape implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Shape shape = Given.shape(call, call.integers(0));
    Tensor number =
        call.attributes()
            .of("value", Tensor.class)
            .orElseGet(() -> Tensor.scalar(ElementType.FLOAT, 0));
    if (number.elements().length != 1) {
      throw call.refusal("its value is not one number");
    }
    double[] elements = new double[shape.size()];
    Arrays.fill(elements, number.elements()[0]);
    return List.of(call.program().constant(new Tensor(number.type(), shape, elements)));
  }
}
