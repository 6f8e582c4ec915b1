package io.consilium.inference.onnx;

import io.consilium.inference.onnx.program.Applied;
import io.consilium.inference.onnx.program.Gathered;
import io.consilium.inference.onnx.program.Reshaped;
import io.consilium.inference.onnx.program.SoftmaxOfRows;
import io.consilium.inference.onnx.program.Value;
import java.util.List;

/**
 * How far the elements of an output lie from zero over several runs, which errors are measured by.
 * An output near zero in one run is so judged by what it is in the others. Probabilities have the
 * range 1: their approximations err by an absolute number.
 */
public record OutputRange(double magnitude) {
  /** An output is right if no element is off by more of its range than this. */
  public static final double ERROR_MAX = 0.01;

  /** Four units of a format of 20 fraction bits: what is zero in the clear is no larger. */
  private static final double UNITS = 0x1p-18;

  /**
   * The range of one output.
   *
   * @param runs its elements in every run, in the clear
   */
  public static OutputRange of(Value output, List<double[]> runs) {
    double largest = isBounded(output) ? 1 : 0;
    for (double[] run : runs) {
      for (double element : run) {
        largest = Math.max(largest, Math.abs(element));
      }
    }
    return new OutputRange(largest);
  }

  private static boolean isBounded(Value output) {
    return output.origin().isPresent()
        && switch (output.origin().get()) {
          case SoftmaxOfRows _ -> true;
          case Applied applied -> applied.function().isBounded();
          case Reshaped reshaped -> isBounded(reshaped.x());
          case Gathered gathered -> isBounded(gathered.x());
          default -> false;
        };
  }

  /** By how much an element may be off; of an output that is always zero by some units. */
  public double errorMax() {
    return magnitude == 0 ? UNITS : ERROR_MAX * magnitude;
  }
}
