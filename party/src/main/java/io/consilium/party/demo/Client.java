package io.consilium.party.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks the model with the client's own command. */
final class Client {

  private static final Duration ANSWER_MAX = Duration.ofMinutes(3);
  private static final String RECORD = "record";

  private final Workspace workspace;
  private final Verbs verbs;

  Client(Workspace workspace, Verbs verbs) {
    this.workspace = workspace;
    this.verbs = verbs;
  }

  /** What the model says about each record of the questions, in their order. */
  List<double[]> ask(String model, String version, int questions)
      throws UserException, IOException, InterruptedException {
    Verbs.Result result =
        verbs.run(
            List.of(
                "predict",
                "--profile",
                workspace.config(Roster.CLIENT).toString(),
                "--model",
                model,
                "--version",
                version,
                "--csv",
                workspace.questions().toString(),
                "--json"),
            workspace.log("predict"),
            ANSWER_MAX);
    if (result.exit() != ExitCode.OK.code()) {
      String why =
          result.exit() == Verbs.Result.TIMED_OUT
              ? "there was no answer in " + ANSWER_MAX.toMinutes() + " minutes"
              : Logs.lastLine(result.log());
      throw StepFailure.of(
          StepFailure.exit(result.exit()),
          "The questions were not answered: " + why,
          "put that right and run the demo again; each hospital's log is beside this one",
          result.log());
    }
    List<double[]> answers = new ArrayList<>();
    for (String line : Files.readAllLines(result.output())) {
      answer(line).ifPresent(answers::add);
    }
    if (answers.size() != questions) {
      throw StepFailure.of(
          ExitCode.INTERNAL,
          "There are " + answers.size() + " answers to " + questions + " questions.",
          "report this; the answers are in " + result.output(),
          result.log());
    }
    return answers;
  }

  /** The numbers of one line, or nothing if it is no answer. */
  static Optional<double[]> answer(String line) {
    try {
      JsonNode json = new ObjectMapper().readTree(line);
      if (!json.isObject() || !json.has(RECORD)) {
        return Optional.empty();
      }
      return Optional.of(
          json.properties().stream()
              .filter(entry -> !entry.getKey().equals(RECORD))
              .mapToDouble(entry -> entry.getValue().asDouble())
              .toArray());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
