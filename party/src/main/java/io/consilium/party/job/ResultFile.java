package io.consilium.party.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.ResultsJson;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.datasets.encoding.FeatureLayout;
import io.consilium.inference.ModelCard;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.files.PrivateFiles;
import io.consilium.training.ModelLayout;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
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
    reports.weights().ifPresent(numbers -> putTrained(result, numbers, reports.model()));
    ResultsJson.putInto(result, reports.ofSite());
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

  private static void putTrained(ObjectNode result, double[] numbers, ModelLayout model) {
    switch (model.model()) {
      case Neural _ -> putParameters(result, numbers, model);
      case ModelSpec.Linear _, ModelSpec.Logistic _, ModelSpec.Softmax _ ->
          putWeights(result, numbers, model.features(), model.model().outputs());
    }
  }

  /** A list of numbers for each parameter, in the order of the layers. */
  private static void putParameters(ObjectNode result, double[] numbers, ModelLayout model) {
    ObjectNode parameters = result.putObject("parameters");
    int at = 0;
    for (String name : model.trained()) {
      ArrayNode list = parameters.putArray(name);
      int end = at + model.tensors().get(name).shape().size();
      for (; at < end; at++) {
        list.add(numbers[at]);
      }
    }
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
