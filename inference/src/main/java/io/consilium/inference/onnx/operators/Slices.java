package io.consilium.inference.onnx.operators;

import io.consilium.inference.onnx.program.Dims;
import io.consilium.inference.onnx.program.ProgramBuilder;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.Shape;

/** Parts of tensors at equal distances. */
final class Slices {
  private Slices() {}

  /** Elements first, first + step, .. of one dimension. */
  static Value along(ProgramBuilder p, Value x, int axis, int first, int step, int count) {
    int[] strides = Dims.strides(x.shape());
    Shape shape = Dims.with(x.shape(), axis, count);
    int start = first * strides[axis];
    int[] steps = strides.clone();
    steps[axis] = step * strides[axis];
    return shape.equals(x.shape()) && step == 1
        ? x
        : p.gather(x, shape, Dims.walk(shape, start, steps));
  }
}
