package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Interval;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Ranges;
import io.consilium.inference.onnx.program.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Inputs that stand in for samples where none were given: spread evenly over the declared ranges.
 * The same ones every time.
 */
final class Probes {
  private static final int COUNT = 4;

  /** The fraction of the golden ratio: multiples of it modulo 1 are spread evenly. */
  private static final double GOLDEN = 0x9e3779b97f4a7c15L * 0x1p-64 + 1;

  private Probes() {}

  static List<List<double[]>> of(Program program, Ranges ranges) {
    List<List<double[]>> probes = new ArrayList<>();
    long place = 1;
    for (int i = 0; i < COUNT; i++) {
      List<double[]> inputs = new ArrayList<>();
      for (Program.Named input : program.inputs()) {
        double[] elements = new double[input.value().shape().size()];
        for (int j = 0; j < elements.length; j++) {
          elements[j] = element(input.value(), ranges.of(input.value()), place++ * GOLDEN % 1);
        }
        inputs.add(elements);
      }
      probes.add(inputs);
    }
    return probes;
  }

  private static double element(Value input, Interval range, double part) {
    double real = range.low() + part * (range.high() - range.low());
    return switch (input.type()) {
      case FLOAT, FLOAT16, DOUBLE -> real;
      case BOOL -> part < 0.5 ? 0 : 1;
      case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64 -> Math.rint(real);
    };
  }
}
