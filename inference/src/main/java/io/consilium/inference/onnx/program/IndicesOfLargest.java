package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.LargestPlaces;
import java.util.ArrayList;
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
  public Bundle bundle() {
    return new Tops(count);
  }

  /**
   * Of so many places each: all tournaments for one place run together, and what is asked of one
   * tensor, values and places, is found once.
   */
  record Tops(int count) implements Bundle {
    @Override
    public List<SecretTensor> run(List<Step> steps) {
      Backend b = steps.getFirst().backend();
      List<Step> distinct = new ArrayList<>();
      int[] own = new int[steps.size()];
      for (int i = 0; i < own.length; i++) {
        own[i] = place(distinct, steps.get(i));
      }
      List<LargestPlaces.Found> found =
          LargestPlaces.found(b, distinct.stream().map(Columns::beside).toList(), count);
      List<SecretTensor> results = new ArrayList<>();
      for (int i = 0; i < own.length; i++) {
        LargestPlaces.Found ofStep = found.get(own[i]);
        boolean asksValues = steps.get(i).instruction() instanceof LargestFew;
        results.add(Columns.below(steps.get(i), asksValues ? ofStep.values() : ofStep.places()));
      }
      return results;
    }

    /** The place of the step that reads the same tensor. */
    private static int place(List<Step> distinct, Step step) {
      Value x = step.instruction().operands().getFirst();
      for (int i = 0; i < distinct.size(); i++) {
        if (distinct.get(i).instruction().operands().getFirst() == x) {
          return i;
        }
      }
      distinct.add(step);
      return distinct.size() - 1;
    }
  }
}
