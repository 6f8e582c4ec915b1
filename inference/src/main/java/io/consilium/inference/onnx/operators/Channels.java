package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/** Shapes of one number for each channel. */
final class Channels {
  private Channels() {}

  /** [c, 1, 1, ..] for a tensor [c, ..]. */
  static Shape first(Shape shape) {
    List<Integer> dimensions = new ArrayList<>(List.of(Dims.dim(shape, 0)));
    dimensions.addAll(Dims.ones(shape.rank() - 1));
    return new Shape(dimensions);
  }

  /** [c, 1, 1, ..] for a tensor [n, c, ..]. */
  static Shape second(Shape shape) {
    List<Integer> dimensions = new ArrayList<>(List.of(Dims.dim(shape, 1)));
    dimensions.addAll(Dims.ones(shape.rank() - 2));
    return new Shape(dimensions);
  }
}
