package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
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
    return step.result(winners(b, b.reshape(step.operand(0), matrix), places, last));
  }

  /** The labels of the largest of each column, [k, n] and [k, n] to [1, n]. */
  static SecretTensor winners(Backend b, SecretTensor players, SecretTensor labels, boolean last) {
    SecretTensor values = players;
    SecretTensor places = labels;
    while (values.shape().rows() > 1) {
      Round round = Round.of(b, values, places, last);
      values = round.values();
      places = round.places();
    }
    return places;
  }

  /** Neighbours against each other, so that order is kept: of equal ones the earlier is known. */
  private record Round(SecretTensor values, SecretTensor places) {
    static Round of(Backend b, SecretTensor values, SecretTensor places, boolean last) {
      int rows = values.shape().rows();
      int[] even = every(rows, 0);
      int[] odd = every(rows, 1);
      SecretTensor left = b.rows(values, even);
      SecretTensor right = b.rows(values, odd);
      SecretTensor difference = b.subtract(right, left);
      SecretBits leftWins = last ? b.negative(difference) : b.not(b.negative(b.negate(difference)));
      SecretTensor leftPlaces = b.rows(places, even);
      SecretTensor rightPlaces = b.rows(places, odd);
      List<SecretTensor> changes =
          b.bitProducts(
                  List.of(),
                  List.of(leftWins, leftWins),
                  List.of(flat(b, difference), flat(b, b.subtract(rightPlaces, leftPlaces))))
              .products();
      SecretTensor best =
          b.within(b.subtract(right, b.reshape(changes.get(0), right.shape())), values.range());
      SecretTensor chosen =
          b.within(
              b.subtract(rightPlaces, b.reshape(changes.get(1), right.shape())), places.range());
      return new Round(withRest(b, best, values), withRest(b, chosen, places));
    }

    private static int[] every(int rows, int offset) {
      int[] indices = new int[rows / 2];
      Arrays.setAll(indices, i -> 2 * i + offset);
      return indices;
    }

    private static SecretTensor flat(Backend b, SecretTensor x) {
      return b.reshape(x, Shape.vector(x.size()));
    }

    private static SecretTensor withRest(Backend b, SecretTensor winners, SecretTensor all) {
      int rows = all.shape().rows();
      return rows % 2 == 0
          ? winners
          : b.concatenate(List.of(winners, b.rowRange(all, rows - 1, rows)));
    }
  }
}
