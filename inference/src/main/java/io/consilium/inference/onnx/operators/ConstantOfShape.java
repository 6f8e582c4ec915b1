package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/** ConstantOfShape: one number everywhere. It is made whenever it is needed, and not kept. */
final class ConstantOfShape implements Operator {
  @Override
  public List<Value> translate(Call call) {
    Shape shape = Given.shape(call, call.integers(0));
    Tensor number =
        call.attributes()
            .of("value", Tensor.class)
            .orElseGet(() -> Tensor.scalar(ElementType.FLOAT, 0));
    double[] elements = number.elements();
    if (elements.length != 1) {
      throw call.refusal("its value is not one number");
    }
    return List.of(
        call.program()
            .constant(
                Tensor.onDemand(number.type(), shape, () -> filled(shape.size(), elements[0]))));
  }

  private static double[] filled(int count, double number) {
    double[] elements = new double[count];
    Arrays.fill(elements, number);
    return elements;
  }
}
