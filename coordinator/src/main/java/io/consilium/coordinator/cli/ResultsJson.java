package io.consilium.coordinator.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Confusion;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Part;
import io.consilium.coordinator.contract.Results.Statistic;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Results as JSON, for scripts: every value says what it is. A metric without a value has {@code
 * "value": "undefined"} and a {@code reason}; there is never a NaN. {@code ofModel} marks the
 * values of the epoch whose model is kept.
 *
 * <pre>
 * {"name": "loss", "statistic": "value", "value": 0.31, "unit": "log loss, nats a record",
 *  "epoch": 20, "fold": null, "on": "validation", "records": 74, "ofModel": true}
 * </pre>
 */
public final class ResultsJson {
  private static final ObjectMapper MAPPER = Json.mapperCopy();

  private ResultsJson() {}

  /** A job with its results: the job as the coordinator says, the results as they were checked. */
  static ObjectNode of(JobView job, CheckedResults checked) {
    ObjectNode json = MAPPER.valueToTree(job);
    json.remove("reports");
    json.set("results", of(checked));
    return json;
  }

  /** What was checked, and how it went. */
  static ObjectNode of(CheckedResults checked) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("state", checked.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    put(json.putArray("saidBy"), checked.parties());
    put(json.putArray("problems"), checked.problems());
    putInto(json, checked.results());
    checked
        .results()
        .weights()
        .ifPresent(weights ->
            json.put(
                "weights",
                weights.tensors().stream().mapToInt(tensor -> tensor.numbers().size()).sum()));
    return json;
  }

  /** Metrics, confusion matrices and remarks. */
  public static void putInto(ObjectNode json, Results results) {
    ArrayNode metrics = json.putArray("metrics");
    results.metrics().forEach(metric -> metrics.add(of(results, metric)));
    ArrayNode matrices = json.putArray("confusion");
    results.confusions().forEach(matrix -> matrices.add(of(results, matrix)));
    put(json.putArray("remarks"), results.remarks());
  }

  private static ObjectNode of(Results results, Metric metric) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("name", metric.name());
    json.put("statistic", word(metric.statistic()));
    metric.number().ifPresent(number -> json.put("value", number));
    metric
        .undefined()
        .ifPresent(why -> json.put("value", "undefined").put("reason", why.sentence()));
    json.put("unit", results.units().get(metric.name()));
    json.put("epoch", metric.epoch().orElse(null));
    if (metric.statistic() == Statistic.VALUE) {
      putPlace(json, results, metric.fold());
    } else {
      json.putNull("fold");
      json.put("on", word(Part.HELD_OUT));
    }
    json.put("ofModel", ResultsText.isOfModel(results, metric));
    return json;
  }

  private static void putPlace(ObjectNode json, Results results, Optional<Integer> fold) {
    json.put("fold", fold.orElse(null));
    ResultsText.evaluation(results, fold)
        .ifPresent(each -> {
          json.put("on", word(each.part()));
          json.put("records", each.records().orElse(null));
        });
  }

  private static ObjectNode of(Results results, Confusion matrix) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("rows", "actual");
    json.put("columns", "predicted");
    put(json.putArray("classes"), results.classes());
    ArrayNode counts = json.putArray("counts");
    for (List<Long> row : matrix.counts()) {
      ArrayNode cells = counts.addArray();
      row.forEach(cells::add);
    }
    json.put("epoch", matrix.epoch());
    putPlace(json, results, matrix.fold());
    return json;
  }

  /** What {@code --weights} writes. */
  static ObjectNode weights(JobView job, Results.Weights weights) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("job", job.id().value());
    json.put("name", job.name());
    json.put("model", weights.model());
    json.put("scale", weights.scale());
    put(json.putArray("features"), weights.features());
    ArrayNode tensors = json.putArray("tensors");
    for (Results.Tensor tensor : weights.tensors()) {
      ObjectNode node = tensors.addObject();
      node.put("name", tensor.name());
      ArrayNode shape = node.putArray("shape");
      tensor.shape().forEach(shape::add);
      ArrayNode numbers = node.putArray("numbers");
      tensor.numbers().forEach(numbers::add);
    }
    return json;
  }

  private static String word(Statistic statistic) {
    return switch (statistic) {
      case VALUE -> "value";
      case MEAN_OF_FOLDS -> "mean of folds";
      case DEVIATION_OF_FOLDS -> "deviation of folds";
    };
  }

  private static String word(Part part) {
    return switch (part) {
      case TRAINING -> "training";
      case VALIDATION -> "validation";
      case HELD_OUT -> "held-out";
    };
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
