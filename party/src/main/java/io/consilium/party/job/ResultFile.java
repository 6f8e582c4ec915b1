package io.consilium.party.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.inference.ModelCard;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;

/** What a job disclosed to the parties, for this site's own people: {@code results/JOB.json}. */
final class ResultFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultFile() {}

  static void write(
      Path state,
      AttemptId attempt,
      ModelCard card,
      FeatureLayout layout,
      TrainingReports reports,
      ReportDocument.Succeeded done)
      throws IOException {
    ObjectNode result = JSON.createObjectNode();
    result.put("job", attempt.job().value());
    result.put("model", card.name());
    result.put("version", card.version());
    ArrayNode features = result.putArray("features");
    layout.names().forEach(features::add);
    reports
        .weights()
        .ifPresent(numbers -> putWeights(result, numbers, layout.size(), reports.outputs()));
    ObjectNode metrics = result.putObject("metrics");
    reports
        .localMetrics()
        .forEach(metric ->
            metrics.put(
                metric.epoch().map(epoch -> metric.name() + "@" + epoch).orElse(metric.name()),
                metric.value()));
    result.put("bytesSent", done.bytesSent());
    result.put("rounds", reports.rounds());
    result.put("roundsPerStep", done.roundsPerStep());
    result.put("seconds", done.seconds());
    Path directory = state.resolve("results");
    PrivateFiles.createDirectory(directory);
    PrivateFiles.replace(
        directory.resolve(attempt.job().value() + ".json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
  }

  private static void putWeights(ObjectNode result, double[] numbers, int features, int outputs) {
    ArrayNode weights = result.putArray("weights");
    for (int i = 0; i < features; i++) {
      ArrayNode row = weights.addArray();
      for (int k = 0; k < outputs; k++) {
        row.add(numbers[i * outputs + k]);
      }
    }
    ArrayNode bias = result.putArray("bias");
    for (int k = 0; k < outputs; k++) {
      bias.add(numbers[features * outputs + k]);
    }
  }
}
