package io.consilium.party.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine;

/** Runs commands as a shell would, and keeps what they print. */
public final class Shell {

  private Shell() {}

  /** What one command did. */
  public record Result(int exit, String out, String err) {}

  public static Result run(Object... arguments) {
    return run(PartyMain.commandLine(List.of()), arguments);
  }

  static Result run(Path logDirectory, Object command, Object... arguments) {
    CommandLine line = new CommandLine(command);
    return run(PartyMain.prepared(line, new Failures(Clock.systemUTC(), logDirectory)), arguments);
  }

  private static Result run(CommandLine line, Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] texts = List.of(arguments).stream().map(String::valueOf).toArray(String[]::new);
    int exit = line.execute(texts);
    return new Result(exit, out.toString(), err.toString());
  }
}
