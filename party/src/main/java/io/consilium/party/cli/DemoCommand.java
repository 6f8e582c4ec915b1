package io.consilium.party.cli;

import io.consilium.party.demo.Demo;
import io.consilium.party.demo.DemoOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts hospitals and a coordinator as separate processes on this machine, trains one model"
          + " on all their records, asks it questions, and compares everything with the same"
          + " training in the clear.",
      "Progress goes to standard error, the result to standard output. Ctrl-C stops all processes."
    })
final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--study",
      paramLabel = "NAME",
      defaultValue = DemoOptions.STUDY_DEFAULT,
      description =
          "synthetic-heart (made-up records), heart-disease or wdbc (default: ${DEFAULT-VALUE}).")
  private String study;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the files of a study of real records are.")
  private Optional<Path> data;

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      defaultValue = "consilium-demo",
      description = "Every run gets a new folder run-N in it (default: ./${DEFAULT-VALUE}).")
  private Path workspace;

  @Option(names = "--json", description = "The last line of standard output is a JSON object.")
  private boolean json;

  @Option(
      names = "--keep",
      description = "Leave the nodes running at the end, until Ctrl-C, to try the other verbs.")
  private boolean keep;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many repetitions with different splits (default: those of the study).")
  private Optional<Integer> seeds;

  @Option(
      names = "--hospitals",
      paramLabel = "N",
      description =
          "How many made-up hospitals, each a process; with fewer than three, parties without"
              + " records join them.")
  private Optional<Integer> hospitals;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    DemoOptions options =
        new DemoOptions(study, data, workspace, json, keep, number(seeds), number(hospitals));
    Demo.run(options, spec.commandLine().getOut(), spec.commandLine().getErr());
    return 0;
  }

  private static OptionalInt number(Optional<Integer> given) {
    return given.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }
}
