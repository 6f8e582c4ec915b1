package io.consilium.party.demo;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Trains with the researcher's own command. */
final class Researcher {

  private final Workspace workspace;
  private final Roster roster;
  private final Verbs verbs;
  private final Duration trainingMax;

  Researcher(Workspace workspace, Roster roster, Verbs verbs, Duration trainingMax) {
    this.workspace = workspace;
    this.roster = roster;
    this.verbs = verbs;
    this.trainingMax = trainingMax;
  }

  /** One job from submission to the model. */
  SecureRun train(long seed) throws UserException, IOException, InterruptedException {
    Verbs.Result result =
        verbs.run(
            List.of(
                "train",
                workspace.study(seed).toString(),
                "--profile",
                workspace.config(Roster.RESEARCHER).toString(),
                "--json"),
            workspace.log("train-" + seed),
            trainingMax);
    if (result.exit() == Verbs.Result.TIMED_OUT) {
      throw StepFailure.of(
          ExitCode.UNAVAILABLE,
          "The training did not end in " + trainingMax.toMinutes() + " minutes.",
          "look at the hospitals' logs in the same folder",
          result.log());
    }
    if (result.exit() != ExitCode.OK.code()) {
      throw StepFailure.of(
          StepFailure.exit(result.exit()),
          "The training failed: " + Logs.lastLine(result.log()),
          "put that right and run the demo again; each hospital's log is beside this one",
          result.log());
    }
    SecureRun.Ended ended =
        SecureRun.Ended.parse(Logs.lastLine(result.output()))
            .orElseThrow(() ->
                StepFailure.of(
                    ExitCode.INTERNAL,
                    "The answer of \"consilium train\" is not understood.",
                    "report this; the answer is in " + result.output(),
                    result.log()));
    return SecureRun.of(ended, results(ended));
  }

  private List<Path> results(SecureRun.Ended ended) {
    List<Path> files = new ArrayList<>();
    for (String party : roster.computeParties()) {
      files.add(workspace.results(party, ended.jobId()));
    }
    return files;
  }
}
