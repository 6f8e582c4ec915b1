package io.consilium.inference.onnx.constants;

import io.consilium.inference.onnx.constants.ConstantOperator.Evaluation;
import io.consilium.inference.onnx.program.ElementType;
import io.consilium.inference.onnx.program.Tensor;
import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;

/** Windows of signals: sums of cosines over a number of places. */
final class SignalWindow {
  private static final int FLOAT = 1;

  private SignalWindow() {}

  /** a[0] - a[1] cos x + a[2] cos 2x, with x from 0 to 2 pi. */
  static Evaluation of(double... a) {
    return call -> {
      int size = (int) call.number(0);
      boolean periodic = call.attributes().integer("periodic", 1) != 0;
      ElementType type =
          ElementType.numbered(call.attributes().integer("output_datatype", FLOAT))
              .orElseThrow(() -> new IllegalArgumentException("an unsupported type"));
      Shape shape = call.shape(List.of(size));
      double period = periodic ? size : size - 1;
      double[] z = new double[size];
      Arrays.setAll(
          z,
          i -> {
            double x = 2 * Math.PI * i / period;
            double sum = a[0] - a[1] * Math.cos(x);
            return a.length > 2 ? sum + a[2] * Math.cos(2 * x) : sum;
          });
      return List.of(new Tensor(type, shape, z));
    };
  }
}
