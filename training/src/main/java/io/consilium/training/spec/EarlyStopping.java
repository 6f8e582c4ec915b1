package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;

/**
 * When to stop before the last epoch: the metric is opened after every epoch, and training ends
 * when it has not become better for some epochs.
 *
 * @param patience epochs in a row without improvement after which training ends
 * @param minImprovement by how much more than this a value must be better than the best so far
 * @param restoreBest whether the model is that of the best epoch; if not, that of the last
 */
public record EarlyStopping(
    Metric metric, int patience, double minImprovement, boolean restoreBest) {
  private static final List<String> KEYS =
      List.of("metric", "patience", "minImprovement", "restoreBest");

  /** What may be watched. */
  public enum Metric {
    LOSS("loss", false),
    ACCURACY("accuracy", true),
    AUC("auc", true),
    R2("r2", true);

    private final String word;
    private final boolean higherIsBetter;

    Metric(String word, boolean higherIsBetter) {
      this.word = word;
      this.higherIsBetter = higherIsBetter;
    }

    /** The word in the manifest, also on the disclosure list. */
    public String word() {
      return word;
    }

    /** By how much a value is better than another. */
    double improvement(double from, double to) {
      return higherIsBetter ? to - from : from - to;
    }
  }

  /** Whether a value is better than the best so far by enough. */
  public boolean improves(double best, double value) {
    return metric.improvement(best, value) > minImprovement;
  }

  static EarlyStopping parse(JsonNode value, String path) throws InvalidSpecException {
    SpecNode node = SpecNode.of(value, path, KEYS);
    String word = node.word("metric", Arrays.stream(Metric.values()).map(Metric::word).toList());
    double minImprovement = node.number("minImprovement", 0);
    if (minImprovement < 0) {
      throw new InvalidSpecException(node.pathOf("minImprovement"), "must be from 0 on");
    }
    return new EarlyStopping(
        Arrays.stream(Metric.values())
            .filter(metric -> metric.word().equals(word))
            .findFirst()
            .orElseThrow(),
        node.integer("patience", 1, TrainingSpec.EPOCHS_MAX),
        minImprovement,
        node.flag("restoreBest", true));
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("metric", metric.word())
        .put("patience", patience)
        .put("minImprovement", minImprovement)
        .put("restoreBest", restoreBest);
  }
}
