package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.cli.Shell.Result;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

final class FailuresTest {

  @TempDir private Path logs;

  @Command(name = "broken")
  private static final class Broken implements Callable<Integer> {
    private final Exception failure;

    Broken(Exception failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }

  private Result run(Exception failure) {
    return Shell.run(logs, new Broken(failure));
  }

  @Test
  void endsWithTheCodeOfTheMistake() {
    for (ExitCode exit : ExitCode.values()) {
      Result result = run(new UserException(exit, "Column 7 is not a number."));

      assertThat(result.exit()).isEqualTo(exit.code());
      assertThat(result.err()).isEqualTo("consilium: Column 7 is not a number.\n");
    }
    assertThat(logs).isEmptyDirectory();
  }

  @Test
  void knowsWhatTheOperatingSystemSays() {
    assertThat(run(new NoSuchFileException("a.yaml")).exit()).isEqualTo(65);
    assertThat(run(new AccessDeniedException("a.yaml")).exit()).isEqualTo(77);
    assertThat(run(new ConnectException("refused")).exit()).isEqualTo(69);
    assertThat(run(new NoSuchFileException("a.yaml")).err())
        .isEqualTo("consilium: a.yaml does not exist.\n");
  }

  @Test
  void keepsTheTraceOfAFaultOffTheScreen() throws Exception {
    Result result = run(new IllegalStateException("inner detail"));

    assertThat(result.exit()).isEqualTo(70);
    assertThat(result.err())
        .contains("A fault of the program (IllegalStateException)")
        .contains(logs.toString())
        .doesNotContain("\tat ");
    List<Path> files;
    try (Stream<Path> listing = Files.list(logs)) {
      files = listing.toList();
    }
    assertThat(files).hasSize(1);
    assertThat(Files.readString(files.getFirst())).contains("inner detail").contains("\tat ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.getFirst())))
        .isEqualTo("rw-------");
  }

  @Test
  void saysSoWhenTheTraceCannotBeWritten() {
    Result result =
        Shell.run(logs.resolve("absent"), new Broken(new IllegalStateException("inner detail")));

    assertThat(result.exit()).isEqualTo(70);
    assertThat(result.err()).contains("could not be written");
  }
}
