package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Softmax;
import java.util.List;

/** exp(x_k) over the sum of its row, [n, k] to [n, k]. Rounds: see {@link Softmax}. */
public record SoftmaxOfRows(Value x) implements Instruction {
  private static final int FRACTION_BITS = 16;

  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return x.shape();
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    int columns = x.shape().columns();
    double[] z = operands.getFirst().clone();
    for (int from = 0; from < z.length; from += columns) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < columns; j++) {
        largest = Math.max(largest, z[from + j]);
      }
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        z[from + j] = Math.exp(z[from + j] - largest);
        sum += z[from + j];
      }
      for (int j = 0; j < columns; j++) {
        z[from + j] /= sum;
      }
    }
    return z;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return Interval.UNIT;
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public SecretTensor run(Step step) {
    int bits = Math.min(FRACTION_BITS, step.operand(0).format().fractionBits());
    return step.result(Softmax.of(step.backend(), step.operand(0, bits)));
  }
}
