package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.protocols.Limits;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes that a file claims. */
final class Shapes {
  private Shapes() {}

  /** The shape, if it is one and within the limits. */
  static Shape of(List<Long> dimensions, ModelLimits limits, String name) {
    if (dimensions.size() > limits.dimensionsMax()) {
      throw new ModelRefused(
          "%s has %d dimensions; at most %d are supported"
              .formatted(name, dimensions.size(), limits.dimensionsMax()));
    }
    List<Integer> checked = new ArrayList<>();
    for (long dimension : dimensions) {
      if (dimension < 0 || dimension > Limits.TENSOR_ELEMENTS_MAX) {
        throw new ModelRefused("%s has an impossible shape: %s".formatted(name, dimensions));
      }
      checked.add((int) dimension);
    }
    try {
      return new Shape(checked);
    } catch (IllegalArgumentException e) {
      throw new ModelRefused(name + ": " + e.getMessage(), e);
    }
  }
}
