package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.LargestPlaces;
import java.util.List;

/**
 * Where the largest few of each column are, [k, n] to [count, n], the largest first and of equal
 * ones the first, see {@link LargestPlaces}. Rounds: those of {@link IndexOfLargest} for each
 * place, and 9 between places.
 */
public record IndicesOfLargest(Value x, int count) implements Instruction {
  public IndicesOfLargest {
    if (count < 1 || count > x.shape().rows()) {
      throw new ModelRefused(
          "%s: the largest %d of %d cannot be named".formatted(x.where(), count, x.shape().rows()));
    }
  }

  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public Shape shape() {
    return Shape.matrix(count, x.shape().columns());
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] left = operands.getFirst().clone();
    int columns = x.shape().columns();
    double[] places = new double[count * columns];
    for (int place = 0; place < count; place++) {
      for (int column = 0; column < columns; column++) {
        int best = column;
        for (int i = column; i < left.length; i += columns) {
          best = left[i] > left[best] ? i : best;
        }
        int row = best / columns;
        places[place * columns + column] = row;
        left[best] = Double.NEGATIVE_INFINITY;
      }
    }
    return places;
  }

  @Override
  public Interval range(List<Interval> operands) {
    return new Interval(0, x.shape().rows() - 1.0);
  }

  @Override
  public boolean hasTightRange() {
    return true;
  }

  @Override
  public SecretTensor run(Step step) {
    Backend b = step.backend();
    Shape matrix = Shape.matrix(x.shape().rows(), x.shape().columns());
    return step.result(LargestPlaces.of(b, b.reshape(step.operand(0), matrix), count));
  }
}
