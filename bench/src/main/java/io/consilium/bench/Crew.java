package io.consilium.bench;

import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.cli.ExitCode;
import io.consilium.coordinator.cli.ParentWatch;
import io.consilium.party.demo.Children;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The processes of one benchmark. When one of them dies, so does the benchmark. */
final class Crew {
  private static final long LAST_WORDS_MILLIS_MAX = 3_000;
  private static final int LAST_LINES_MAX = 8;
  private static final int SIGNAL = 128;

  private final Children children;
  private final Path directory;
  private final Map<String, String> environment;
  private final List<Member> members = new ArrayList<>();
  private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

  /**
   * Nobody yet.
   *
   * @param directory for what the processes print to standard error
   * @param environment further variables of the processes
   */
  Crew(Children children, Path directory, Map<String, String> environment) {
    this.children = children;
    this.directory = directory;
    this.environment = Map.copyOf(environment);
  }

  private record Member(String name, Process process, Path errors) {}

  /** A line of a process, or that it says nothing more. */
  private record Said(int member, Optional<String> line) {}

  /** Starts one more process. */
  void add(String name, List<String> command) throws IOException {
    Path errors = directory.resolve("errors-" + members.size() + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    builder.environment().putAll(environment);
    builder.environment().put(ParentWatch.VARIABLE, String.valueOf(ProcessHandle.current().pid()));
    Member member = new Member(name, children.start(builder), errors);
    int index = members.size();
    members.add(member);
    Thread _ = Thread.ofPlatform().daemon().start(() -> listen(index, member.process()));
  }

  private void listen(int index, Process process) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines
          .lines()
          .map(Lines::said)
          .filter(Optional::isPresent)
          .forEach(line -> said.add(new Said(index, line)));
    } catch (IOException | java.io.UncheckedIOException e) {
      // A pipe that breaks is the end of the process, which is said below.
    }
    said.add(new Said(index, Optional.empty()));
  }

  /** Says a line to a process. */
  void tell(int index, String line) throws IOException {
    Writer writer = members.get(index).process().outputWriter(StandardCharsets.UTF_8);
    writer.write(line + "\n");
    writer.flush();
  }

  /**
   * Waits for the next line of every process.
   *
   * @throws CommandException if one of them has ended instead
   */
  List<String> hear() throws CommandException, InterruptedException {
    List<Optional<String>> heard = new ArrayList<>();
    members.forEach(_ -> heard.add(Optional.empty()));
    while (heard.stream().anyMatch(Optional::isEmpty)) {
      Said next = said.take();
      if (next.line().isPresent()) {
        heard.set(next.member(), next.line());
      } else if (heard.get(next.member()).isEmpty() || exitCode(next.member()) != ExitCode.DONE) {
        throw death(next.member());
      }
    }
    return heard.stream().map(Optional::orElseThrow).toList();
  }

  private int exitCode(int index) throws InterruptedException {
    Process process = members.get(index).process();
    return process.waitFor(LAST_WORDS_MILLIS_MAX, TimeUnit.MILLISECONDS)
        ? process.exitValue()
        : ExitCode.INTERNAL;
  }

  /** Names the one that died first: the others only lost it. */
  private CommandException death(int noticed) throws InterruptedException {
    int culprit = noticed;
    for (int i = 0; i < members.size(); i++) {
      int code = members.get(i).process().isAlive() && i != noticed ? 0 : exitCode(i);
      if (code != ExitCode.DONE && code != ExitCode.PEER_UNAVAILABLE) {
        culprit = i;
      }
    }
    Member member = members.get(culprit);
    int code = exitCode(culprit);
    String how = code > SIGNAL ? "was killed by signal " + (code - SIGNAL) : "exited with " + code;
    return new CommandException(
        ExitCode.INTERNAL, member.name() + " " + how + "." + lastLines(member.errors()));
  }

  private static String lastLines(Path file) {
    try {
      List<String> lines =
          Files.readAllLines(file).stream().filter(line -> !line.startsWith("WARNING")).toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES_MAX), lines.size());
      return last.isEmpty() ? "" : " Its last words:\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return "";
    }
  }
}
