package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Confusion;
import io.consilium.coordinator.contract.Results.Evaluation;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Statistic;
import io.consilium.coordinator.contract.Results.Undefined;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How results read. */
final class ResultsText {

  private ResultsText() {}

  /** Everything about the results of a job. */
  static String of(CheckedResults checked) {
    return switch (checked.state()) {
      case NONE -> "";
      case WAITING ->
          "Results: not all of " + Texts.listed(checked.parties()) + " have said theirs.";
      case NO_KEY -> lines(checked.problems());
      case REFUSED ->
          "THE RESULTS ARE NOT TO BE BELIEVED, and are not shown."
              + System.lineSeparator()
              + lines(checked.problems());
      case AGREED -> agreed(checked);
    };
  }

  private static String lines(List<String> sentences) {
    return String.join(
        System.lineSeparator(),
        sentences.stream().map(sentence -> "  " + Table.printable(sentence)).toList());
  }

  private static String agreed(CheckedResults checked) {
    Results results = checked.results();
    List<String> parts = new ArrayList<>();
    if (!results.remarks().isEmpty()) {
      parts.add(lines(results.remarks()));
    }
    if (!results.metrics().isEmpty()) {
      parts.add(metrics(results));
    }
    results.confusions().forEach(matrix -> parts.add(confusion(results, matrix)));
    results
        .weights()
        .ifPresent(weights ->
            parts.add(
                "The weights of the "
                    + weights.model()
                    + " model are among the results: --weights FILE writes them."));
    if (parts.isEmpty()) {
      return "";
    }
    parts.add(Texts.listed(checked.parties()) + " say the same; each has signed it.");
    return String.join(System.lineSeparator().repeat(2), parts);
  }

  /** The numbers: of each metric of each training the one of its model. */
  private static String metrics(Results results) {
    Table table = new Table("DISCLOSED", "VALUE", "FOLD", "AFTER EPOCH", "ON", "UNIT");
    for (Metric metric : results.metrics()) {
      if (isOfModel(results, metric)) {
        table.row(
            label(metric),
            value(metric),
            metric.fold().map(String::valueOf).orElse("-"),
            metric.epoch().map(String::valueOf).orElse("-"),
            on(results, metric),
            results.units().getOrDefault(metric.name(), "-"));
      }
    }
    return table.toString();
  }

  /** Whether a number is that of the model: of the epoch that is kept, or else of the latest. */
  static boolean isOfModel(Results results, Metric metric) {
    Optional<Integer> kept = evaluation(results, metric.fold()).flatMap(Evaluation::kept);
    return metric.statistic() != Statistic.VALUE
        || kept.map(epoch -> metric.epoch().equals(Optional.of(epoch)))
            .orElseGet(() -> isLatest(results, metric));
  }

  private static boolean isLatest(Results results, Metric metric) {
    return results.metrics().stream()
        .noneMatch(other ->
            other.name().equals(metric.name())
                && other.statistic() == metric.statistic()
                && other.fold().equals(metric.fold())
                && other.epoch().orElse(0) > metric.epoch().orElse(0));
  }

  private static String label(Metric metric) {
    return switch (metric.statistic()) {
      case VALUE -> metric.name();
      case MEAN_OF_FOLDS -> metric.name() + ", mean of the folds";
      case DEVIATION_OF_FOLDS -> metric.name() + ", deviation of the folds";
    };
  }

  /** A metric in a sentence: "loss of epoch 3 of fold 2". */
  static String name(Metric metric) {
    String when =
        metric.epoch().map(epoch -> " after epoch " + epoch).orElse("")
            + metric.fold().map(fold -> " of fold " + fold).orElse("");
    return label(metric) + when;
  }

  /** The number, or why there is none. */
  static String value(Metric metric) {
    return metric
        .number()
        .map(Texts::number)
        .or(() -> metric.undefined().map(ResultsText::undefined))
        .orElseThrow();
  }

  private static String undefined(Undefined why) {
    return "undefined (" + why.sentence() + ")";
  }

  /** "20 validation records". */
  static String on(Results results, Metric metric) {
    return metric.statistic() == Statistic.VALUE
        ? on(results, metric.fold())
        : "held-out records of each fold";
  }

  static String on(Results results, Optional<Integer> fold) {
    return evaluation(results, fold)
        .map(each -> each.records().map(count -> count + " ").orElse("") + each.part().words())
        .orElse("-");
  }

  static Optional<Evaluation> evaluation(Results results, Optional<Integer> fold) {
    return results.evaluations().stream().filter(each -> each.fold().equals(fold)).findFirst();
  }

  private static String confusion(Results results, Confusion matrix) {
    String title =
        "Confusion matrix"
            + matrix.fold().map(fold -> " of fold " + fold).orElse("")
            + " after epoch "
            + matrix.epoch()
            + ", on "
            + on(results, matrix.fold())
            + ". Rows: actual class; columns: predicted class.";
    List<String> heading = new ArrayList<>(List.of("ACTUAL"));
    for (int i = 0; i < matrix.counts().size(); i++) {
      heading.add(className(results, i));
    }
    Table table = new Table(heading.toArray(String[]::new));
    for (int i = 0; i < matrix.counts().size(); i++) {
      List<Object> row = new ArrayList<>(List.of(className(results, i)));
      row.addAll(matrix.counts().get(i));
      table.row(row.toArray());
    }
    return title + System.lineSeparator() + table;
  }

  private static String className(Results results, int position) {
    return position < results.classes().size()
        ? results.classes().get(position)
        : "class " + position;
  }

  /**
   * The latest value of a metric of the training under way, with the epoch that it is of.
   *
   * @param fold of the training
   */
  static Optional<String> latest(Results results, String name, Optional<Integer> fold) {
    return results.metrics().stream()
        .filter(metric ->
            metric.name().equals(name)
                && metric.statistic() == Statistic.VALUE
                && metric.fold().equals(fold))
        .max(Comparator.comparingInt(metric -> metric.epoch().orElse(0)))
        .map(metric ->
            name
                + " "
                + value(metric)
                + metric.epoch().map(epoch -> " after epoch " + epoch).orElse("")
                + " on "
                + on(results, fold));
  }
}
