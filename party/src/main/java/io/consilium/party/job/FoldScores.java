package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument.Metric;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The metrics of a cross-validation: of each fold the last value. */
final class FoldScores {
  private final Map<String, Map<Integer, Double>> ofFolds = new LinkedHashMap<>();

  /**
   * Takes a value, in place of an earlier one.
   *
   * @param fold from 1 on; the model itself, 0, is left out
   */
  void add(int fold, String word, double value) {
    if (fold > 0) {
      ofFolds.computeIfAbsent(word, _ -> new TreeMap<>()).put(fold, value);
    }
  }

  /** Mean and sample standard deviation of each metric, with the word that they belong to. */
  Map<Metric, String> summary() {
    Map<Metric, String> summary = new LinkedHashMap<>();
    ofFolds.forEach((word, values) -> {
      double mean = mean(values.values());
      double[] squares =
          values.values().stream().mapToDouble(x -> (x - mean) * (x - mean)).toArray();
      double deviation = Math.sqrt(Arrays.stream(squares).sum() / Math.max(1, squares.length - 1));
      summary.put(Metric.of("folds." + word + ".mean", mean), word);
      summary.put(Metric.of("folds." + word + ".deviation", deviation), word);
    });
    return summary;
  }

  private static double mean(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
