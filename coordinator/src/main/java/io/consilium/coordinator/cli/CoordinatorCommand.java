package io.consilium.coordinator.cli;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.CoordinatorConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code consilium coordinator run}. */
@Command(
    name = "coordinator",
    description = "Schedules jobs; sees no record, share, model or prediction.",
    mixinStandardHelpOptions = true,
    subcommands = CoordinatorCommand.Run.class)
final class CoordinatorCommand {

  @Command(
      name = "run",
      description = "Runs the coordinator until it is told to stop.",
      mixinStandardHelpOptions = true)
  static final class Run implements Callable<Integer> {

    @Option(
        names = "--config",
        required = true,
        paramLabel = "FILE",
        description = "coordinator.yaml: identity, consortium, state")
    private Path file;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
      CoordinatorConfig config = CoordinatorConfig.load(file);
      Consortium consortium = Consortium.load(config.consortium());
      LogFile.open(config.state(), "coordinator.log");
      try (CoordinatorNode node = CoordinatorNode.start(config, consortium)) {
        Thread hook = new Thread(node::close, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        spec.commandLine()
            .getOut()
            .println(
                "Coordinator of "
                    + consortium.consortium()
                    + " is ready: parties at "
                    + consortium.coordinator().control()
                    + ", researchers at https://"
                    + consortium.coordinator().api()
                    + ", log in "
                    + config.state().resolve("coordinator.log"));
        spec.commandLine().getOut().flush();
        node.whenStopped().join();
      }
      return ExitCode.DONE;
    }
  }
}
