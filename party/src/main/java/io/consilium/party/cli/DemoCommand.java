package io.consilium.party.cli;

import io.consilium.datasets.study.StudyCatalog;
import io.consilium.party.demo.Demo;
import io.consilium.party.demo.DemoOptions;
import java.nio.file.Path;
import java.util.Iterator;
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
          "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Those whose name begins"
              + " with synthetic make up their records.",
      completionCandidates = Names.class)
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
      names = "--alone",
      negatable = true,
      description =
          "Train each hospital's own model for comparison, or do not (default: as the study says,"
              + " which is not where it takes long).")
  private Optional<Boolean> alone;

  @Option(
      names = "--hospitals",
      paramLabel = "N",
      description =
          "How many made-up hospitals, each a process; with fewer than three, parties without"
              + " records join them.")
  private Optional<Integer> hospitals;

  @Spec private CommandSpec spec;

  /** The studies, for the help. */
  private static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return StudyCatalog.names().iterator();
    }
  }

  @Override
  public Integer call() throws Exception {
    DemoOptions options =
        new DemoOptions(
            study, data, workspace, json, keep, number(seeds), alone, number(hospitals));
    Demo.run(options, spec.commandLine().getOut(), spec.commandLine().getErr());
    return 0;
  }

  private static OptionalInt number(Optional<Integer> given) {
    return given.map(OptionalInt::of).orElseGet(OptionalInt::empty);
  }
}
