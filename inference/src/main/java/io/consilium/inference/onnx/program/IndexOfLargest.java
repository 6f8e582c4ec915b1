package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Tournament;
import java.util.ArrayList;
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
  public Bundle bundle() {
    return Bundle.Kind.PLACES_OF_LARGEST;
  }

  private Tournament tournament(Step step) {
    Backend b = step.backend();
    SecretTensor players = Columns.beside(step);
    double[] all = Columns.repeated(labels, x.shape().columns(), step.records());
    SecretTensor places =
        b.constant(players.shape(), FixedPoint.INTEGER, FixedPoint.INTEGER.encode(all));
    return new Tournament(players, places, last);
  }

  /** The labels of several, in the rounds of the one with most rows. */
  static List<SecretTensor> together(List<Step> steps) {
    List<Tournament> tournaments = new ArrayList<>();
    for (Step step : steps) {
      tournaments.add(((IndexOfLargest) step.instruction()).tournament(step));
    }
    return Tournament.winners(steps.getFirst().backend(), tournaments);
  }
}
