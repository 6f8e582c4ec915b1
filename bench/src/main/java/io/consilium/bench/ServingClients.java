package io.consilium.bench;

import io.consilium.coordinator.cli.ExitCode;
import io.consilium.coordinator.cli.ParentWatch;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.inference.ClientLimits;
import io.consilium.inference.ModelCard;
import io.consilium.inference.PredictionClient;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.PeerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import javax.net.ssl.SSLSession;

/**
 * All clients of a serving benchmark, as one process. It says when it is warm, waits until it may
 * go on, and says what it {@link ServingTally counted} after each of its phases.
 */
final class ServingClients {
  private static final int SLICES = 8;

  /** Questions of each client, so that batches are as large as in an overload. */
  private static final int AT_A_TIME = 8;

  private static final double NANOS = 1e9;

  private ServingClients() {}

  /** What the process is told at its start. */
  record Task(
      List<String> identities,
      int[] ports,
      String example,
      ServingLoad load,
      double warmUpSeconds) {}

  /** What it says after the first phase. */
  record Phase(ServingTally.Counts counts, double cpuSeconds) {}

  /** Runs and ends the process. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    PrintStream out = System.out;
    System.setOut(System.err);
    System.exit(run(Lines.read(arguments[0], Task.class), out));
  }

  private static int run(Task task, PrintStream out) {
    try {
      ask(task, out);
      return ExitCode.DONE;
    } catch (Exception e) {
      e.printStackTrace(System.err);
      return ExitCode.INTERNAL;
    }
  }

  private static void ask(Task task, PrintStream out) throws Exception {
    ServedExample example = ServedExample.of(task.example());
    Canaries canaries = Canaries.of(example, task.load().clients());
    List<PredictionClient> clients = clients(task);
    ModelCard card = clients.getFirst().card(example.card().name(), OptionalInt.empty());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    LoadGenerator generator = new LoadGenerator(clients, card, canaries);
    generator.connect();
    var _ = generator.inTurn(Integer.MAX_VALUE, task.warmUpSeconds());
    pause("warm", in, out);
    double start = ServingParty.used().cpuSeconds();
    ServingTally.Counts counts = generator.inTurn(task.load().requests(), Double.MAX_VALUE);
    pause(new Phase(counts, ServingParty.used().cpuSeconds() - start), in, out);
    if (task.load().overload() > 0) {
      out.println(Lines.say(overload(generator, task.load())));
    }
    clients.forEach(PredictionClient::close);
  }

  /**
   * Takes turns between what the parties can answer and more than that, since other programs on the
   * machine may make them slower or faster from one minute to the next.
   */
  private static ServingResult.Overload overload(LoadGenerator generator, ServingLoad load)
      throws InterruptedException {
    ServingTally capacity = new ServingTally();
    ServingTally more = new ServingTally();
    int requests = Math.max(1, load.requests() / SLICES);
    for (int i = 0; i < SLICES; i++) {
      long nanos = generator.inTurn(AT_A_TIME, requests, Double.MAX_VALUE, capacity);
      capacity.lasted(nanos);
      double rate = load.overload() * requests * NANOS / nanos;
      more.lasted(generator.atRate(rate, (int) (load.overload() * requests), more));
    }
    return new ServingResult.Overload(capacity.counts(), more.counts());
  }

  /** Says something and waits until it may go on. */
  private static void pause(Object said, BufferedReader in, PrintStream out) {
    out.println(Lines.say(said));
    try {
      var _ = in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<PredictionClient> clients(Task task) throws Exception {
    List<PeerAddress> parties =
        Arrays.stream(ComputeParty.values())
            .map(party ->
                new PeerAddress(
                    Session.principal(party).name(), Session.HOST, task.ports()[party.ordinal()]))
            .toList();
    // Overload has to be refused, not waited out.
    ClientLimits limits =
        task.load().overload() > 0
            ? ClientLimits.DEFAULT.withRoom(Duration.ZERO)
            : ClientLimits.DEFAULT;
    List<PredictionClient> clients = new ArrayList<>();
    for (String directory : task.identities()) {
      Identity identity = Identity.load(Path.of(directory));
      clients.add(
          new PredictionClient(
              identity.sslContext(principal -> principal.role() == Role.PARTY),
              session -> peerName(identity, session),
              parties,
              new SecureRandom(),
              limits));
    }
    return clients;
  }

  private static String peerName(Identity identity, SSLSession session) {
    try {
      return identity.trust().peer(session).name();
    } catch (UntrustedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
