package io.consilium.coordinator.cli;

import io.consilium.coordinator.cluster.NodeStartException;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.identity.IdentityException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** One way of turning mistakes into sentences and exit codes, for every command of the program. */
public final class CommandLines {

  private static final Logger LOG = LoggerFactory.getLogger(CommandLines.class);

  private CommandLines() {}

  /** Runs a picocli command; what it returns is for {@code System.exit}. */
  public static int execute(Object command, String... arguments) {
    CommandLine line = new CommandLine(command);
    line.setExecutionExceptionHandler((failure, at, parsed) -> {
      at.getErr().println(at.getColorScheme().errorText("error: " + sentence(failure)));
      return exitCode(failure);
    });
    line.setParameterExceptionHandler((failure, given) -> {
      CommandLine at = failure.getCommandLine();
      at.getErr().println(at.getColorScheme().errorText("error: " + failure.getMessage()));
      CommandLine.UnmatchedArgumentException.printSuggestions(failure, at.getErr());
      at.getErr().println("Try: " + at.getCommandSpec().qualifiedName() + " --help");
      return ExitCode.USAGE;
    });
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line.execute(arguments);
  }

  private static String sentence(Exception failure) {
    return switch (failure) {
      case CommandException known -> known.getMessage();
      case ConfigException known -> known.getMessage();
      case IdentityException known -> known.getMessage();
      case NodeStartException known -> known.getMessage();
      default -> {
        LOG.error("A command failed.", failure);
        yield "an unexpected fault of the program ("
            + failure.getClass().getSimpleName()
            + "); the log has the details.";
      }
    };
  }

  private static int exitCode(Exception failure) {
    return switch (failure) {
      case CommandException known -> known.exitCode();
      case ConfigException known -> ExitCode.BAD_DATA;
      case IdentityException known -> ExitCode.NOT_ALLOWED;
      case NodeStartException known -> ExitCode.NOT_READY;
      default -> ExitCode.INTERNAL;
    };
  }
}
