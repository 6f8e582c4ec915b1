package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** Constant: a tensor, a number or a list of numbers. */
final class Constant implements Operator {
  @Override
  public List<Value> translate(Call call) {
    return List.of(call.program().constant(tensor(call)));
  }

  private static Tensor tensor(Call call) {
    Attributes given = call.attributes();
    if (given.has("value")) {
      return given.of("value", Tensor.class).orElseThrow();
    }
    if (given.has("value_float")) {
      return Tensor.scalar(ElementType.FLOAT, given.real("value_float", 0));
    }
    if (given.has("value_int")) {
      return Tensor.scalar(ElementType.INT64, (double) given.integer("value_int", 0));
    }
    if (given.has("value_ints")) {
      List<Long> numbers = given.integers("value_ints").orElseThrow();
      return Tensor.integers(numbers.stream().mapToLong(Long::longValue).toArray());
    }
    List<Double> numbers =
        given
            .reals("value_floats")
            .orElseThrow(() -> call.refusal("it has no value of a supported type"));
    double[] elements = numbers.stream().mapToDouble(Double::doubleValue).toArray();
    return new Tensor(ElementType.FLOAT, Shape.vector(elements.length), elements);
  }
}
