package io.consilium.party.demo;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands that end by themselves, such as {@code consilium train}: their progress goes to the
 * screen and to a log, their answer comes back.
 */
final class Verbs {

  /** How long the last lines of a command that has ended may take to arrive. */
  private static final Duration LAST_LINES_MAX = Duration.ofSeconds(5);

  /** Ctrl-C reaches the command, too; but here the job does not go on. */
  private static final String DETACHED = "Detached;";

  private final Launcher launcher;
  private final Children children;
  private final Screen screen;

  Verbs(Launcher launcher, Children children, Screen screen) {
    this.launcher = launcher;
    this.children = children;
    this.screen = screen;
  }

  /**
   * What a command did.
   *
   * @param exit its exit code, or {@link #TIMED_OUT}
   * @param output its standard output
   * @param log its standard error
   */
  record Result(int exit, Path output, Path log) {
    /** Not an exit code of any process. */
    static final int TIMED_OUT = -1;
  }

  /**
   * Runs a command to its end.
   *
   * @param log gets its standard error; its standard output goes beside it
   */
  Result run(List<String> arguments, Path log, Duration timeMax)
      throws IOException, InterruptedException {
    Path output = log.resolveSibling(log.getFileName() + ".out");
    Process process =
        children.start(
            launcher
                .process(arguments)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile()));
    CompletableFuture<Void> pump = CompletableFuture.runAsync(() -> copy(process, log));
    boolean ended = process.waitFor(timeMax.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    pump.completeOnTimeout(null, LAST_LINES_MAX.toMillis(), TimeUnit.MILLISECONDS).join();
    return new Result(ended ? process.exitValue() : Result.TIMED_OUT, output, log);
  }

  private void copy(Process process, Path log) {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
        BufferedWriter file = Files.newBufferedWriter(log)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        file.write(line);
        file.newLine();
        file.flush();
        if (!line.isBlank() && !line.startsWith(DETACHED)) {
          screen.note(line);
        }
      }
    } catch (IOException e) {
      // The process was stopped in the middle of a line; its exit code says the rest.
      screen.note("the rest of its output is lost");
    }
  }
}
