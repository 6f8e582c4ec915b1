package io.consilium.inference.onnx.program;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sums of elements at public places with public weights: means, average pools, interpolation.
 * Rounds: 2 for the truncation, none if all weights are small integers.
 *
 * @param places for each element of the result the elements of x that it is made of
 * @param weights as many for each
 */
public record Weighted(Value x, Shape shape, List<int[]> places, List<double[]> weights)
    implements ProductInstruction {
  @Override
  public List<Value> operands() {
    return List.of(x);
  }

  @Override
  public double[] evaluate(List<double[]> operands) {
    double[] from = operands.getFirst();
    double[] sums = new double[places.size()];
    for (int j = 0; j < sums.length; j++) {
      int[] place = places.get(j);
      double[] weight = weights.get(j);
      for (int t = 0; t < place.length; t++) {
        sums[j] += weight[t] * from[place[t]];
      }
    }
    return sums;
  }

  @Override
  public Interval range(List<Interval> operands) {
    Interval range = new Interval(0, 0);
    for (double[] weight : weights) {
      double positive = 0;
      double negative = 0;
      for (double w : weight) {
        positive += Math.max(w, 0);
        negative += Math.min(w, 0);
      }
      Interval sum = operands.getFirst().times(positive).plus(operands.getFirst().times(negative));
      range = range.or(sum);
    }
    return range;
  }

  double largestWeight() {
    double largest = 0;
    for (double[] weight : weights) {
      largest = Math.max(largest, Interval.of(weight).magnitude());
    }
    return largest;
  }

  /** Fraction bits that the weights need. */
  int weightBits() {
    return weights.stream().mapToInt(PublicFactors::usefulBits).max().orElse(0);
  }

  /** None: the weights are public. */
  @Override
  public List<SecretProduct> products(Step step) {
    return List.of();
  }

  @Override
  public SecretTensor sums(Step step, List<SecretTensor> products) {
    return isEven() ? scaledSums(step) : sumsOfScaled(step);
  }

  /** Whether the weights of each sum are equal among themselves. */
  private boolean isEven() {
    for (double[] weight : weights) {
      for (double w : weight) {
        if (w != weight[0]) {
          return false;
        }
      }
    }
    return true;
  }

  private SecretTensor scaledSums(Step step) {
    SecretTensor x = rows(step);
    ColumnSums groups = ColumnSums.of(x.shape().columns(), places);
    double[] factors = new double[places.size()];
    for (int j = 0; j < factors.length; j++) {
      factors[j] = weights.get(j).length == 0 ? 0 : weights.get(j)[0];
    }
    return PublicFactors.times(step, step.backend().sumColumns(x, groups), factors);
  }

  private SecretTensor sumsOfScaled(Step step) {
    Backend b = step.backend();
    SecretTensor x = rows(step);
    int taps = places.stream().mapToInt(place -> place.length).sum();
    int[] indices = new int[taps];
    double[] factors = new double[taps];
    List<int[]> groups = new ArrayList<>();
    int at = 0;
    for (int j = 0; j < places.size(); j++) {
      int length = places.get(j).length;
      System.arraycopy(places.get(j), 0, indices, at, length);
      System.arraycopy(weights.get(j), 0, factors, at, length);
      int first = at;
      int[] group = new int[length];
      Arrays.setAll(group, t -> first + t);
      groups.add(group);
      at += length;
    }
    SecretTensor tapped = b.sumColumns(x, ColumnSums.at(x.shape().columns(), indices));
    SecretTensor scaled = PublicFactors.times(step, tapped, factors);
    return b.sumColumns(scaled, ColumnSums.of(taps, groups));
  }

  /** Each record a row. */
  private static SecretTensor rows(Step step) {
    SecretTensor x = step.operand(0);
    Shape matrix = Shape.matrix(step.records(), x.size() / step.records());
    return step.backend().reshape(x, matrix);
  }
}
