package io.consilium.party.demo;

import io.consilium.coordinator.cli.ParentWatch;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a {@code consilium} process is started: by the same script and with the same words as from a
 * shell.
 */
final class Launcher {

  /** Where the script exports its own directory to. */
  static final String HOME = "CONSILIUM_HOME";

  private static final String JAVA_OPTIONS = "CONSILIUM_JAVA_OPTIONS";

  /** Several JVMs share one machine here. */
  private static final String NODE_OPTIONS =
      "-Xmx%dm -XX:+UseSerialGC -Dconsilium.computeThreads=1";

  private final Path script;
  private final Map<String, String> environment;

  private Launcher(Path script, Map<String, String> environment) {
    this.script = script;
    this.environment = Map.copyOf(environment);
  }

  /**
   * A launcher whose processes end when this one does.
   *
   * @param variables the environment, such as {@code System::getenv}
   * @param nodeMegabytes memory for the objects of each process
   */
  static Launcher of(UnaryOperator<String> variables, int nodeMegabytes) throws UserException {
    Path script = Path.of(Optional.ofNullable(variables.apply(HOME)).orElse("."), "consilium");
    if (!Files.isExecutable(script)) {
      throw new UserException(
          ExitCode.NOT_READY,
          "The launcher script "
              + script.toAbsolutePath()
              + " is not there. Start the demo by it: ./consilium demo");
    }
    String own = Optional.ofNullable(variables.apply(JAVA_OPTIONS)).orElse("");
    return new Launcher(
        script,
        Map.of(
            JAVA_OPTIONS,
            // The user's options come last, so they win.
            (NODE_OPTIONS.formatted(nodeMegabytes) + " " + own).strip(),
            ParentWatch.VARIABLE,
            String.valueOf(ProcessHandle.current().pid()),
            "JAVA_HOME",
            System.getProperty("java.home")));
  }

  /** The script itself. */
  Path script() {
    return script;
  }

  /** A process of this verb, not started yet. */
  ProcessBuilder process(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(script.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }
}
