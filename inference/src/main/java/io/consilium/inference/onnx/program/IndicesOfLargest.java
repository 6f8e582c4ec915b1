package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the largest few of each column are, [k, n] to [count, n], the largest first and of equal
 * ones the first: as many tournaments as places, and after each the winner is set to the lower end
 * of the range. Rounds: those of {@link IndexOfLargest} and 9 for each place.
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
    int rows = x.shape().rows();
    int columns = x.shape().columns();
    Shape matrix = Shape.matrix(rows, columns);
    long[] numbers = new long[matrix.size()];
    for (int i = 0; i < numbers.length; i++) {
      int row = i / columns;
      numbers[i] = row;
    }
    SecretTensor labels = b.constant(matrix, FixedPoint.INTEGER, numbers);
    SecretTensor values = b.reshape(step.operand(0), matrix);
    List<SecretTensor> places = new ArrayList<>();
    for (int place = 0; place < count; place++) {
      SecretTensor winners = IndexOfLargest.winners(b, values, labels, false);
      places.add(winners);
      if (place + 1 < count) {
        values = without(b, values, b.subtract(repeated(b, winners, rows), labels));
      }
    }
    return step.result(count == 1 ? places.getFirst() : b.concatenate(places));
  }

  private static SecretTensor repeated(Backend b, SecretTensor winners, int rows) {
    return b.rows(winners, new int[rows]);
  }

  /**
   * The values, but where the distance to the winner is 0 the lower end of their range: no value is
   * below it, and one that equals it loses to nobody whom it should beat.
   */
  private static SecretTensor without(Backend b, SecretTensor values, SecretTensor distance) {
    long low = -values.range().codeMax();
    SecretTensor above = b.addCode(values, -low);
    int rows = values.shape().rows();
    SecretTensor both =
        b.within(
            b.concatenate(List.of(distance, b.negate(distance))), ValueRange.of(new long[] {rows}));
    SecretBits others = b.negative(both);
    SecretTensor kept = b.select(others, b.concatenate(List.of(above, above)));
    SecretTensor sum = b.add(b.rowRange(kept, 0, rows), b.rowRange(kept, rows, 2 * rows));
    return b.within(b.addCode(sum, low), values.range());
  }
}
