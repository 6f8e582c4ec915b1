package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Softmax;
import java.util.ArrayList;
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
  public Bundle bundle() {
    return new Softmaxes(x.shape().columns());
  }

  @Override
  public int fractionBitsMax(Step step, int operand) {
    return FRACTION_BITS;
  }

  @Override
  public int workPerElement() {
    return Elements.WORK;
  }

  /** Of so many columns each: rows stand one below the other where they have the same format. */
  private record Softmaxes(int columns) implements Bundle {
    @Override
    public List<SecretTensor> run(List<Step> steps) {
      Backend b = steps.getFirst().backend();
      int bits = steps.stream().mapToInt(step -> step.fractionBits(0)).max().orElseThrow();
      List<SecretTensor> parts = new ArrayList<>();
      for (Step step : steps) {
        SecretTensor x = step.operand(0, bits);
        parts.add(b.reshape(x, Shape.matrix(x.size() / columns, columns)));
      }
      SecretTensor all = Softmax.of(b, parts.size() == 1 ? parts.getFirst() : b.concatenate(parts));
      List<SecretTensor> results = new ArrayList<>();
      int from = 0;
      for (SecretTensor part : parts) {
        int rows = part.shape().rows();
        results.add(parts.size() == 1 ? all : b.rowRange(all, from, from + rows));
        from += rows;
      }
      return results;
    }
  }
}
