package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.Largest;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;
import java.util.List;

/** What reductions share. */
final class Reductions {
  private Reductions() {}

  /** The shape with some dimensions 1. */
  static Shape kept(Shape shape, List<Integer> axes) {
    Shape kept = shape;
    for (int axis : axes) {
      kept = Dims.with(kept, axis, 1);
    }
    return kept;
  }

  /** The shape without some dimensions. */
  static Shape dropped(Shape shape, List<Integer> axes) {
    return new Shape(
        Dims.without(shape.rank(), axes).stream().map(d -> Dims.dim(shape, d)).toList());
  }

  /** [elements of the axes, all others]. */
  static Value stacked(ProgramBuilder p, Value x, List<Integer> axes) {
    int others = kept(x.shape(), axes).size();
    return p.reshape(
        p.toFront(x, axes), Dims.shape(x.shape().size() / Math.max(others, 1), others));
  }

  /** The largest over axes, which keep the length 1. */
  static Value largest(ProgramBuilder p, Value x, List<Integer> axes) {
    return p.reshape(p.emit(new Largest(stacked(p, x, axes))), kept(x.shape(), axes));
  }
}
