package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
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
  public Bundle bundle() {
    return new Tops(count);
  }

  /** Of so many places each: all tournaments for one place run together. */
  private record Tops(int count) implements Bundle {
    @Override
    public List<SecretTensor> run(List<Step> steps) {
      Backend b = steps.getFirst().backend();
      List<Tournament> left = new ArrayList<>(steps.stream().map(Tops::tournament).toList());
      List<List<SecretTensor>> found = new ArrayList<>();
      for (int place = 0; place < count; place++) {
        found.add(Tournament.winners(b, left));
        if (place + 1 < count) {
          left = without(b, left, found.getLast());
        }
      }
      List<SecretTensor> results = new ArrayList<>();
      for (int i = 0; i < steps.size(); i++) {
        int own = i;
        SecretTensor places = b.concatenate(found.stream().map(all -> all.get(own)).toList());
        results.add(Columns.below(steps.get(i), places));
      }
      return results;
    }

    private static Tournament tournament(Step step) {
      SecretTensor values = Columns.beside(step);
      long[] rows = new long[values.size()];
      for (int i = 0; i < rows.length; i++) {
        int row = i / values.shape().columns();
        rows[i] = row;
      }
      SecretTensor labels = step.backend().constant(values.shape(), FixedPoint.INTEGER, rows);
      return new Tournament(values, labels, false);
    }

    /**
     * The values, but where the distance to the winner is 0 the lower end of their range: no value
     * is below it, and one that equals it loses to nobody whom it should beat.
     */
    private static List<Tournament> without(
        Backend b, List<Tournament> all, List<SecretTensor> winners) {
      List<SecretTensor> distances = new ArrayList<>();
      List<SecretTensor> above = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        SecretTensor values = all.get(i).values();
        distances.add(distances(b, all.get(i), winners.get(i)));
        SecretTensor raised = b.addCode(values, values.range().codeMax());
        above.add(b.concatenate(List.of(raised, raised)));
      }
      List<SecretTensor> kept = Signs.selected(b, Signs.of(b, distances), above);
      List<Tournament> rest = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        SecretTensor values = all.get(i).values();
        SecretTensor both = b.reshape(kept.get(i), above.get(i).shape());
        int rows = values.shape().rows();
        SecretTensor sum = b.add(b.rowRange(both, 0, rows), b.rowRange(both, rows, 2 * rows));
        SecretTensor lowered = b.addCode(sum, -values.range().codeMax());
        rest.add(new Tournament(b.within(lowered, values.range()), all.get(i).places(), false));
      }
      return rest;
    }

    /** From the winner, and to it: one of them is negative everywhere else. */
    private static SecretTensor distances(Backend b, Tournament tournament, SecretTensor winner) {
      int rows = tournament.values().shape().rows();
      SecretTensor distance = b.subtract(b.rows(winner, new int[rows]), tournament.places());
      return b.within(
          b.concatenate(List.of(distance, b.negate(distance))), ValueRange.of(new long[] {rows}));
    }
  }
}
