package io.consilium.party.job;

import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Statistic;
import io.consilium.coordinator.contract.Results.Undefined;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The metrics of a cross-validation: of each fold the value of its model, which is that of the last
 * epoch unless an earlier one is kept. A metric that is undefined (not a number) in a fold has no
 * mean either.
 */
final class FoldScores {
  private final Map<String, Map<Integer, NavigableMap<Integer, Double>>> ofFolds =
      new LinkedHashMap<>();
  private final Map<Integer, Integer> kept = new HashMap<>();

  /**
   * Takes a value, in place of an earlier one of the same epoch.
   *
   * @param fold from 1 on; the model itself, 0, is left out
   */
  void add(int fold, String word, int epoch, double value) {
    if (fold > 0) {
      ofFolds
          .computeIfAbsent(word, _ -> new TreeMap<>())
          .computeIfAbsent(fold, _ -> new TreeMap<>())
          .put(epoch, value);
    }
  }

  /** The epoch whose model a fold keeps. */
  void keep(int fold, int epoch) {
    kept.put(fold, epoch);
  }

  /** Mean and sample standard deviation of each metric. */
  List<Metric> summary() {
    return ofFolds.entrySet().stream()
        .flatMap(entry -> summary(entry.getKey(), values(entry.getValue())))
        .toList();
  }

  private List<Double> values(Map<Integer, NavigableMap<Integer, Double>> folds) {
    return folds.entrySet().stream()
        .map(fold -> {
          NavigableMap<Integer, Double> epochs = fold.getValue();
          return Optional.ofNullable(kept.get(fold.getKey()))
              .map(epochs::get)
              .orElseGet(() -> epochs.lastEntry().getValue());
        })
        .toList();
  }

  private static Stream<Metric> summary(String word, List<Double> values) {
    double mean = mean(values);
    double[] squares = values.stream().mapToDouble(x -> (x - mean) * (x - mean)).toArray();
    double deviation = Math.sqrt(Arrays.stream(squares).sum() / Math.max(1, squares.length - 1));
    return Stream.of(
        metric(word, Statistic.MEAN_OF_FOLDS, mean),
        metric(word, Statistic.DEVIATION_OF_FOLDS, deviation));
  }

  private static Metric metric(String word, Statistic statistic, double value) {
    return Metric.of(
        word, statistic, Optional.empty(), Optional.empty(), value, Undefined.UNDEFINED_FOLD);
  }

  private static double mean(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
