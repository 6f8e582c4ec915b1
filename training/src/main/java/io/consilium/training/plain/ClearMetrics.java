package io.consilium.training.plain;

import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Target;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Metrics in the clear, with the definitions of the secure ones. A metric that a kind of model does
 * not have is NaN, and so is one that the rows leave without a value.
 *
 * @param loss mean log loss, cross-entropy or squared error
 * @param accuracy part of the rows that are classified rightly; at 0 a score is positive
 * @param confusion row counts, true class by predicted class, row by row
 * @param auc area under the ROC curve, equal scores counting half; two classes only, and undefined
 *     if all rows are of one
 * @param r2 coefficient of determination; numbers only, and undefined if all are equal
 */
public record ClearMetrics(double loss, double accuracy, long[] confusion, double auc, double r2) {
  /** Of no model. */
  static final ClearMetrics NONE =
      new ClearMetrics(Double.NaN, Double.NaN, new long[0], Double.NaN, Double.NaN);

  /**
   * Computes them.
   *
   * @param scores outputs such as linear predictors, row by row
   */
  public static ClearMetrics of(ModelSpec model, double[] scores, double[] labels) {
    double loss = loss(model, scores, labels);
    if (model.target() == Target.NUMBER) {
      return new ClearMetrics(
          loss, Double.NaN, new long[0], Double.NaN, 1 - loss / variance(labels));
    }
    long[] confusion = confusion(model, scores, labels);
    double auc = model.classes() == 2 ? auc(logOdds(model, scores), labels) : Double.NaN;
    return new ClearMetrics(loss, accuracy(confusion), confusion, auc, Double.NaN);
  }

  /** Of class 1 against class 0. */
  private static double[] logOdds(ModelSpec model, double[] scores) {
    return model.target() == Target.TWO_CLASSES
        ? scores
        : IntStream.range(0, scores.length / 2)
            .mapToDouble(i -> scores[2 * i + 1] - scores[2 * i])
            .toArray();
  }

  static double loss(ModelSpec model, double[] scores, double[] labels) {
    return IntStream.range(0, labels.length)
        .mapToDouble(i -> loss(model, scores, labels[i], i))
        .average()
        .orElse(Double.NaN);
  }

  private static double loss(ModelSpec model, double[] scores, double label, int row) {
    return switch (model.target()) {
      case NUMBER -> (scores[row] - label) * (scores[row] - label);
      case TWO_CLASSES -> {
        double z = scores[row];
        yield Math.max(z, 0) - label * z + Math.log1p(Math.exp(-Math.abs(z)));
      }
      case CLASSES -> {
        int classes = model.classes();
        double[] z = Arrays.copyOfRange(scores, row * classes, (row + 1) * classes);
        double max = Arrays.stream(z).max().orElseThrow();
        double sum = Arrays.stream(z).map(v -> Math.exp(v - max)).sum();
        yield Math.log(sum) + max - z[(int) Math.rint(label)];
      }
    };
  }

  private static long[] confusion(ModelSpec model, double[] scores, double[] labels) {
    int classes = model.classes();
    long[] counts = new long[classes * classes];
    for (int i = 0; i < labels.length; i++) {
      int label = (int) labels[i];
      counts[label * classes + predicted(model, scores, i)]++;
    }
    return counts;
  }

  private static int predicted(ModelSpec model, double[] scores, int row) {
    if (model.outputs() == 1) {
      return scores[row] >= 0 ? 1 : 0;
    }
    int classes = model.classes();
    return IntStream.range(0, classes)
        .boxed()
        .max(Comparator.comparingDouble(k -> scores[row * classes + k]))
        .orElseThrow();
  }

  private static double accuracy(long[] confusion) {
    int classes = (int) Math.round(Math.sqrt(confusion.length));
    long right = IntStream.range(0, classes).mapToLong(k -> confusion[k * (classes + 1)]).sum();
    return (double) right / Arrays.stream(confusion).sum();
  }

  /**
   * The probability that a positive row has a higher score than a negative one, by ranks; NaN if a
   * class is missing.
   */
  public static double auc(double[] scores, double[] labels) {
    Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
    double positives = Arrays.stream(labels).sum();
    double negatives = labels.length - positives;
    if (positives == 0 || negatives == 0) {
      return Double.NaN;
    }
    double rankSum = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      double positivesHere = 0;
      while (to < order.length && scores[order[to]] == scores[order[from]]) {
        positivesHere += labels[order[to++]];
      }
      // Ranks from 1: equal scores share their mean rank.
      rankSum += positivesHere * (from + 1 + to) / 2;
      from = to;
    }
    return (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
  }

  private static double variance(double[] labels) {
    if (Arrays.stream(labels).distinct().count() < 2) {
      return Double.NaN;
    }
    double mean = Arrays.stream(labels).average().orElse(Double.NaN);
    return Arrays.stream(labels).map(y -> (y - mean) * (y - mean)).average().orElse(Double.NaN);
  }
}
