package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Relu;
import java.util.List;

/** The largest of each column, [k, n] to [n], by rounds of pairs: 7 for each doubling of k. */
public record Largest(Value x) implements Instruction {
  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return Shape.vector(x.shape().columns());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] from = operands.getFirst();
    int columns = x.shape().columns();
    double[] largest = java.util.Arrays.copyOf(from, columns);
    for (int i = columns; i < from.length; i++) {
      largest[i % columns] = Math.max(largest[i % columns], from[i]);
    }
    return largest;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return operands.getFirst();
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public SecretTensor run(Step step) {
    Backend b = step.backend();
    SecretTensor players = b.reshape(step.operand(0), matrix());
    while (players.shape().rows() > 1) {
      int rows = players.shape().rows();
      int pairs = rows / 2;
      SecretTensor left = b.rowRange(players, 0, pairs);
      SecretTensor right = b.rowRange(players, pairs, 2 * pairs);
      SecretTensor winners = b.within(Relu.maximum(b, left, right), players.range());
      players =
          rows % 2 == 0
              ? winners
              : b.concatenate(List.of(winners, b.rowRange(players, rows - 1, rows)));
    }
    return step.result(players);
  }

  private Shape matrix() {
    return Shape.matrix(x.shape().rows(), x.shape().columns());
  }
}
