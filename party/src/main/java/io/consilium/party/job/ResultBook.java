package io.consilium.party.job;

import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Confusion;
import io.consilium.coordinator.contract.Results.Evaluation;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects what one kind of reader is told of a training. All compute parties collect the same in
 * the same order, so that their results are equal to the bit.
 */
final class ResultBook {
  private final ResultTerms terms;
  private final List<Metric> metrics = new ArrayList<>();
  private final List<Confusion> confusions = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final Map<Integer, Evaluation> evaluations = new LinkedHashMap<>();
  private Optional<Weights> weights = Optional.empty();

  ResultBook(ResultTerms terms) {
    this.terms = terms;
  }

  /**
   * A training begins.
   *
   * @param fold from 1 on; 0 for the model itself
   */
  void began(int fold) {
    evaluations.put(fold, terms.evaluation(fold, Optional.empty()));
  }

  /** A training ends with the model of this epoch. */
  void kept(int fold, int epoch) {
    evaluations.put(fold, terms.evaluation(fold, Optional.of(epoch)));
  }

  /** Takes a number, and lets go of the oldest that a later epoch has replaced, if it must. */
  void add(Metric metric) {
    if (metrics.size() >= Results.METRICS_MAX) {
      metrics.stream().filter(this::isReplaced).findFirst().ifPresent(metrics::remove);
    }
    if (metrics.size() < Results.METRICS_MAX) {
      metrics.add(metric);
    }
  }

  private boolean isReplaced(Metric old) {
    return metrics.stream()
        .anyMatch(other ->
            other.name().equals(old.name())
                && other.statistic() == old.statistic()
                && other.fold().equals(old.fold())
                && other.epoch().orElse(0) > old.epoch().orElse(0));
  }

  /** Takes a matrix; of a cross-validation with many classes there is room for the model's only. */
  void add(Confusion matrix) {
    int cells = (confusions.size() + 1) * matrix.counts().size() * matrix.counts().size();
    if (cells > Results.CELLS_MAX) {
      confusions.removeIf(old -> old.fold().isPresent());
    }
    confusions.add(matrix);
  }

  void add(String remark) {
    if (remarks.size() < Results.REMARKS_MAX) {
      remarks.add(Results.remark(remark));
    }
  }

  void add(Weights trained) {
    weights = Optional.of(trained);
  }

  /** Everything so far. */
  Results results() {
    return new Results(
        metrics,
        confusions,
        weights,
        remarks,
        List.copyOf(evaluations.values()),
        terms.units(),
        terms.classes());
  }
}
