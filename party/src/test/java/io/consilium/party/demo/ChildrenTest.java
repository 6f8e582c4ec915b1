package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With real processes. */
final class ChildrenTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Test
  void stopsEveryProcessWhenItCloses() throws IOException {
    Process first;
    Process second;
    try (Children children = Children.watched(PATIENCE, () -> {})) {
      first = children.start(new ProcessBuilder("sleep", "600"));
      second = children.start(new ProcessBuilder("sleep", "600"));
      assertThat(first.isAlive()).isTrue();
    }

    assertThat(first.isAlive()).isFalse();
    assertThat(second.isAlive()).isFalse();
  }

  @Test
  void killsAProcessThatDoesNotListen() throws IOException {
    Process stubborn;
    try (Children children = Children.watched(Duration.ofMillis(300), () -> {})) {
      stubborn =
          children.start(
              new ProcessBuilder(
                  "bash", "-c", "trap '' TERM; echo ready; while true; do read; done"));
      assertThat(stubborn.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
    }

    assertThat(stubborn.isAlive()).isFalse();
  }

  @Test
  void stopsWhatAScriptHasStarted() throws Exception {
    ProcessHandle grandchild;
    try (Children children = Children.watched(PATIENCE, () -> {})) {
      Process script =
          children.start(new ProcessBuilder("bash", "-c", "sleep 600 & echo $!; wait"));
      long id = Long.parseLong(script.inputReader(StandardCharsets.UTF_8).readLine());
      grandchild = ProcessHandle.of(id).orElseThrow();
    }

    grandchild.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(grandchild.isAlive()).isFalse();
  }

  @Test
  void startsNothingOnceItIsClosed() {
    Children children = Children.watched(PATIENCE, () -> {});
    children.close();

    assertThat(children.isEnding()).isTrue();
    assertThatThrownBy(() -> children.start(new ProcessBuilder("sleep", "600")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void startsOthersAfterAllWereStopped() throws IOException {
    try (Children children = Children.watched(PATIENCE, () -> {})) {
      Process first = children.start(new ProcessBuilder("sleep", "600"));
      children.stopAll();
      assertThat(first.isAlive()).isFalse();
      assertThat(children.start(new ProcessBuilder("sleep", "600")).isAlive()).isTrue();
    }
  }

  @Test
  void leavesNoProcessBehindWhenTheProgramIsTerminated() throws Exception {
    Process program =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElseThrow(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Parent.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = program.inputReader(StandardCharsets.UTF_8)) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(lines.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();

      program.destroy(); // SIGTERM, as SIGINT of Ctrl-C, runs the shutdown hook

      child.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(program.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(child.isAlive()).isFalse();
    } finally {
      program.destroyForcibly();
    }
  }

  /** A program with one child that prints the child's id and waits. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) throws Exception {
      Children children = Children.watched(PATIENCE, () -> {});
      Process child = children.start(new ProcessBuilder("sleep", "600"));
      System.out.println(child.pid());
      child.waitFor();
    }
  }
}
