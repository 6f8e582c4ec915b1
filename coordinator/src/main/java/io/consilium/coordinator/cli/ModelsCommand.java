package io.consilium.coordinator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.identity.Role;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code consilium models}. */
@Command(
    name = "models",
    description =
        "Shows the models that finished jobs left behind as shares, trained and imported.",
    mixinStandardHelpOptions = true,
    subcommands = {ModelsCommand.ListModels.class, ModelsCommand.Show.class})
final class ModelsCommand {

  @Command(
      name = "list",
      description = "Lists the models of your jobs.",
      mixinStandardHelpOptions = true)
  static final class ListModels implements Callable<Integer> {
    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (ApiClient api = output.api()) {
        List<ModelView> models = api.models();
        Table table = new Table("MODEL", "VERSION", "STORED", "BY", "JOB", "KEPT AT");
        for (ModelView model : models) {
          table.row(
              model.name(),
              model.version(),
              model.trainedAt().truncatedTo(ChronoUnit.SECONDS),
              model.researcher(),
              model.jobId(),
              String.join(", ", model.computeParties()));
        }
        output.print(models, models.isEmpty() ? "No models yet." : table.toString());
        return ExitCode.DONE;
      }
    }
  }

  @Command(
      name = "show",
      description = "Shows every version of one model.",
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "NAME", description = "the model's name")
    private String name;

    @Mixin private Output output;

    @Override
    public Integer call() throws Exception {
      try (ApiClient api = output.api()) {
        List<ModelView> versions =
            api.models().stream().filter(model -> model.name().equals(name)).toList();
        if (versions.isEmpty()) {
          throw new CommandException(
              ExitCode.BAD_DATA, "There is no model \"" + name + "\". Try: consilium models list");
        }
        ResultsReader reader = output.reader(api);
        List<String> texts = new ArrayList<>();
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        int exit = ExitCode.DONE;
        for (ModelView version : versions) {
          CheckedResults results = reader.read(version.jobId(), api.job(version.jobId()));
          texts.add(details(version, results));
          ObjectNode node = Json.mapperCopy().valueToTree(version);
          node.set("results", ResultsJson.of(results));
          json.add(node);
          exit = Math.max(exit, results.exitCode());
        }
        output.print(json, String.join(System.lineSeparator().repeat(2), texts));
        return exit;
      }
    }

    private static String origin(ModelView model) {
      boolean isImported = model.researcher().startsWith(Role.PARTY.label() + ":");
      return isImported
          ? "  imported at %s by %s in job %s"
              .formatted(model.trainedAt(), model.researcher(), model.jobId())
          : "  trained at %s by %s%n  in job %s on data of %s"
              .formatted(
                  model.trainedAt(),
                  model.researcher(),
                  model.jobId(),
                  String.join(", ", model.parties()));
    }

    private static String details(ModelView model, CheckedResults results) {
      return String.join(
          System.lineSeparator(),
          "model " + model.name() + " version " + model.version(),
          origin(model),
          "  kept as shares at " + String.join(", ", model.computeParties()),
          "",
          ResultsText.of(results));
    }
  }
}
