package io.consilium.coordinator.cli;

import picocli.CommandLine.Command;

/**
 * The coordinator's and the researcher's verbs. Nothing that knows a share is on this class path.
 */
@Command(
    name = "consilium",
    version = "consilium 0.1.0",
    description = "Hospitals train one model together on records that none shows to anyone.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      CoordinatorCommand.class,
      TrainCommand.class,
      JobsCommand.class,
      ModelsCommand.class
    })
public final class CoordinatorMain {

  private CoordinatorMain() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    System.exit(run(arguments));
  }

  /** Runs one command; gives the exit code. */
  public static int run(String... arguments) {
    return CommandLines.execute(new CoordinatorMain(), arguments);
  }
}
