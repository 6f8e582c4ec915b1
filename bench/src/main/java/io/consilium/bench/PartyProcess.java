package io.consilium.bench;

import io.consilium.coordinator.cli.ExitCode;
import io.consilium.coordinator.cli.ParentWatch;
import io.consilium.coordinator.identity.Identity;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.PeerLost;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.SessionId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * One of the three parties of a benchmark, as a process. It prints its port, reads a {@link
 * Meeting} from standard input, prints that it is warm, reads a line when it may go on, and prints
 * what it {@link Measured}.
 */
final class PartyProcess {

  private static final String WARM = "warm";

  private PartyProcess() {}

  /** What the process is told at its start. */
  record Role(int party, String identity, Assignment assignment) {}

  /** What it is told when all three listen: the session, and where to reach P0, P1 and P2. */
  record Meeting(long sessionHigh, long sessionLow, int[] ports) {}

  /** Runs and ends the process. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    // Whatever prints to standard output would break the conversation.
    PrintStream out = System.out;
    System.setOut(System.err);
    System.exit(run(Lines.read(arguments[0], Role.class), out));
  }

  private static int run(Role role, PrintStream out) {
    try {
      out.println(Lines.say(measured(role, out)));
      return ExitCode.DONE;
    } catch (PeerLost | ConnectionException e) {
      System.err.println(e.getMessage());
      return ExitCode.PEER_UNAVAILABLE;
    } catch (WrongResult e) {
      System.err.println(e.getMessage());
      return ExitCode.INTERNAL;
    } catch (Exception e) {
      e.printStackTrace(System.err);
      return ExitCode.INTERNAL;
    }
  }

  private static Measured measured(Role role, PrintStream out) throws Exception {
    if (!(role.assignment().find() instanceof Benchmark.Secure benchmark)) {
      throw new IllegalArgumentException(role + " is not for three parties");
    }
    Identity identity = Identity.load(Path.of(role.identity()));
    try (Session session = Session.listen(ComputeParty.of(role.party()), identity)) {
      out.println(Lines.say(session.port()));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      Meeting meeting = Lines.read(readLine(in), Meeting.class);
      try (Session.Joined joined =
          session.join(
              new SessionId(meeting.sessionHigh(), meeting.sessionLow()),
              Arrays.stream(meeting.ports()).boxed().toList(),
              Lines.write(role.assignment()),
              () -> awaitStart(in, out))) {
        return Measurement.of(benchmark.prepare(joined.backend()), joined, role.assignment());
      }
    }
  }

  /** Says that it is warm and waits until it may go on. */
  private static void awaitStart(BufferedReader in, PrintStream out) {
    out.println(Lines.say(WARM));
    try {
      var _ = readLine(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readLine(BufferedReader in) throws IOException {
    String line = in.readLine();
    if (line == null) {
      throw new IOException("the program that started this process has gone");
    }
    return line;
  }
}
