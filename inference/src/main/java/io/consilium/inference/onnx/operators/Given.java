package io.consilium.inference.onnx.operators;

import io.consilium.protocols.Limits;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes that a model computes. */
final class Given {
  private Given() {}

  /** The shape of these numbers. */
  static Shape shape(Call call, List<Long> numbers) {
    List<Integer> dimensions = new ArrayList<>();
    for (long number : numbers) {
      if (number < 0 || number > Limits.TENSOR_ELEMENTS_MAX) {
        throw call.refusal("an impossible shape: " + numbers);
      }
      dimensions.add((int) number);
    }
    try {
      Shape shape = new Shape(dimensions);
      call.program().requireRoom(shape.size());
      return shape;
    } catch (IllegalArgumentException e) {
      throw call.refusal(e.getMessage());
    }
  }
}
