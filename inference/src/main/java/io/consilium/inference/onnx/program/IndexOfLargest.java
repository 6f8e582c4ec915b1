package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.LargestPlaces;
import java.util.Arrays;
import java.util.List;

/**
 * Where the largest of each column is, [k, n] to [n]: a tournament in which every value carries its
 * label. Rounds: 7 for each doubling of k.
 *
 * @param labels of the elements, [k, n], which the result is one of
 * @param last whether of equal values the last one wins, or the first
 */
public record IndexOfLargest(Value x, double[] labels, boolean last) implements Instruction {
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
    double[] best = Arrays.copyOf(from, columns);
    double[] chosen = Arrays.copyOf(labels, columns);
    for (int i = columns; i < from.length; i++) {
      int column = i % columns;
      if (from[i] > best[column] || last && from[i] == best[column]) {
        best[column] = from[i];
        chosen[column] = labels[i];
      }
    }
    return chosen;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return Interval.of(labels);
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public SecretTensor run(Step step) {
    Backend b = step.backend();
    Shape matrix = Shape.matrix(x.shape().rows(), x.shape().columns());
    SecretTensor places = b.constant(matrix, FixedPoint.INTEGER, FixedPoint.INTEGER.encode(labels));
    return step.result(LargestPlaces.winners(b, b.reshape(step.operand(0), matrix), places, last));
  }
}
