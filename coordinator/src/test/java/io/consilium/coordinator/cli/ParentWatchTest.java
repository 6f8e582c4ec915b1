package io.consilium.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With real processes: {@code sleep} is the one that is watched. */
final class ParentWatchTest {

  private static final long PATIENCE_SECONDS = 30;

  @Test
  void endsWhenTheWatchedProcessIsKilled() throws Exception {
    Process parent = new ProcessBuilder("sleep", "600").start();
    Process child = child(String.valueOf(parent.pid()));
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("watching");
      assertThat(child.isAlive()).isTrue();

      parent.destroyForcibly();

      assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).isEqualTo(ExitCode.PEER_UNAVAILABLE);
    } finally {
      parent.destroyForcibly();
      child.destroyForcibly();
    }
  }

  @Test
  void endsAtOnceIfThereIsNoSuchProcess() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();

    Process child = child(String.valueOf(gone.pid()));

    assertThat(child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).isEqualTo(ExitCode.PEER_UNAVAILABLE);
  }

  private static Process child(String watched) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Waiting.class.getName());
    builder.environment().put(ParentWatch.VARIABLE, watched);
    return builder.start();
  }

  /** A program that would wait for ten minutes. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) throws InterruptedException {
      ParentWatch.begin();
      System.out.println("watching");
      Thread.sleep(600_000);
    }
  }
}
