package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Compares what the compute parties say, bit by bit. */
final class Disagreement {

  private Disagreement() {}

  /**
   * Sentences that name who says something else; none if nobody does.
   *
   * @param said by each party
   * @param complete whether everything must be equal; while a job runs, one party may be ahead, and
   *     only what two have said of the same is compared
   */
  static List<String> of(Map<String, Results> said, boolean complete) {
    Map<Results, List<String>> groups = new LinkedHashMap<>();
    said.forEach((party, results) ->
        groups
            .computeIfAbsent(complete ? results : Results.NONE, _ -> new ArrayList<>())
            .add(party));
    if (groups.size() > 1) {
      return List.of(sentence(groups));
    }
    return complete ? List.of() : ofCommon(said);
  }

  /** One party against the others, or everybody against everybody. */
  private static String sentence(Map<Results, List<String>> groups) {
    Optional<Map.Entry<Results, List<String>>> most =
        groups.entrySet().stream().filter(group -> group.getValue().size() > 1).findFirst();
    if (most.isEmpty()) {
      List<String> all = groups.values().stream().flatMap(List::stream).toList();
      return Texts.listed(all) + " each say something else.";
    }
    Map.Entry<Results, List<String>> odd =
        groups.entrySet().stream()
            .filter(group -> !group.getKey().equals(most.get().getKey()))
            .findFirst()
            .orElseThrow();
    return Texts.listed(odd.getValue())
        + " says something else than "
        + Texts.listed(most.get().getValue())
        + where(odd.getKey(), most.get().getKey());
  }

  private static String where(Results odd, Results most) {
    return most.metrics().stream()
        .filter(metric -> !odd.metrics().contains(metric))
        .findFirst()
        .map(metric ->
            ": "
                + ResultsText.name(metric)
                + " is "
                + same(odd, metric).map(ResultsText::value).orElse("missing")
                + " there and "
                + ResultsText.value(metric)
                + " elsewhere.")
        .orElse(".");
  }

  private static List<String> ofCommon(Map<String, Results> said) {
    List<String> parties = List.copyOf(said.keySet());
    for (int i = 1; i < parties.size(); i++) {
      Results first = said.get(parties.getFirst());
      Results other = said.get(parties.get(i));
      if (!first.units().equals(other.units()) || !first.classes().equals(other.classes())) {
        return List.of(
            parties.getFirst() + " and " + parties.get(i) + " name other units or classes.");
      }
      for (Metric metric : other.metrics()) {
        Optional<Metric> twin = same(first, metric);
        if (twin.isPresent() && !twin.get().equals(metric)) {
          return List.of(oddOfThree(said, metric));
        }
      }
    }
    return List.of();
  }

  private static String oddOfThree(Map<String, Results> said, Metric key) {
    Map<Metric, List<String>> groups = new LinkedHashMap<>();
    said.forEach((party, results) ->
        same(results, key)
            .ifPresent(value -> groups.computeIfAbsent(value, _ -> new ArrayList<>()).add(party)));
    List<String> values =
        groups.entrySet().stream()
            .map(group ->
                ResultsText.value(group.getKey()) + " by " + Texts.listed(group.getValue()))
            .toList();
    return ResultsText.name(key) + " is " + String.join(", but ", values) + ".";
  }

  private static Optional<Metric> same(Results results, Metric metric) {
    return results.metrics().stream().filter(metric::isSameAs).findFirst();
  }

  /** What all of them say. */
  static Results common(List<Results> all) {
    Results first = all.getFirst();
    return new Results(
        first.metrics().stream()
            .filter(metric -> all.stream().allMatch(each -> each.metrics().contains(metric)))
            .toList(),
        first.confusions().stream()
            .filter(matrix -> all.stream().allMatch(each -> each.confusions().contains(matrix)))
            .toList(),
        first
            .weights()
            .filter(weights ->
                all.stream()
                    .allMatch(each -> Objects.equals(each.weights(), Optional.of(weights)))),
        first.remarks().stream()
            .filter(remark -> all.stream().allMatch(each -> each.remarks().contains(remark)))
            .toList(),
        first.evaluations().stream()
            .filter(each -> all.stream().allMatch(other -> other.evaluations().contains(each)))
            .toList(),
        first.units(),
        first.classes());
  }
}
