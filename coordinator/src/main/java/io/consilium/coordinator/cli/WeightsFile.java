package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.Results;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Weights that were disclosed to the researcher, in a file of their own. */
final class WeightsFile {

  private WeightsFile() {}

  static void write(Path file, JobView job, CheckedResults results) throws CommandException {
    if (results.state() != CheckedResults.State.AGREED) {
      throw new CommandException(
          ExitCode.BAD_DATA,
          "There are no weights to write. "
              + (results.problems().isEmpty()
                  ? "Job " + job.id() + " is " + job.status() + "."
                  : String.join(" ", results.problems())));
    }
    Results.Weights weights =
        results
            .results()
            .weights()
            .orElseThrow(() ->
                new CommandException(
                    ExitCode.NOT_ALLOWED,
                    "The weights of job "
                        + job.id()
                        + " were not disclosed to you: its study does not list 'weights' to"
                        + " researcher."));
    try {
      Files.write(
          file,
          Json.mapperCopy()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(ResultsJson.weights(job, weights)));
    } catch (IOException e) {
      throw new CommandException(ExitCode.BAD_DATA, file + " cannot be written.");
    }
  }
}
