package io.consilium.party.cli;

import io.consilium.coordinator.cli.ParentWatch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code consilium} for the verbs that run at a hospital. */
@Command(
    name = "consilium",
    mixinStandardHelpOptions = true,
    description = "Hospitals train one model together on records that none of them shows.",
    subcommands = {
      PkiCommand.class,
      PartyCommand.class,
      TrainLocallyCommand.class,
      PredictCommand.class,
      ImportCommand.class,
      DemoCommand.class
    })
public final class PartyMain implements Runnable {

  private static final int WIDTH = 100;

  @Spec private CommandSpec spec;

  private PartyMain() {}

  /** Runs a command and leaves with its exit code. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    System.exit(commandLine(List.of()).execute(arguments));
  }

  /**
   * The whole command line, ready to {@code execute}.
   *
   * @param more further verbs, annotated with {@link Command}
   */
  public static CommandLine commandLine(List<Object> more) {
    CommandLine line = new CommandLine(new PartyMain());
    more.forEach(line::addSubcommand);
    return prepared(line, new Failures(Clock.systemUTC(), logDirectory()));
  }

  /** Gives a command line this program's exit codes and error messages. */
  static CommandLine prepared(CommandLine line, Failures failures) {
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(WIDTH)
        .setOverwrittenOptionsAllowed(false)
        .setParameterExceptionHandler(failures::usage)
        .setExecutionExceptionHandler(failures::execution);
  }

  private static Path logDirectory() {
    return Path.of(
        Optional.ofNullable(System.getenv("CONSILIUM_LOG_DIR"))
            .orElse(System.getProperty("java.io.tmpdir")));
  }

  /** Without a verb, shows what there is. */
  @Override
  public void run() {
    showUsage(spec);
  }

  static void showUsage(CommandSpec spec) {
    PrintWriter out = spec.commandLine().getOut();
    spec.commandLine().usage(out);
    throw new CommandLine.ParameterException(spec.commandLine(), "Which verb? See above.");
  }
}
