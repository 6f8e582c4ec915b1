package io.consilium.bench;

import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.UserException;
import io.consilium.party.demo.Children;
import io.consilium.party.pki.ConsortiumAuthority;
import io.consilium.party.pki.EnrolmentRequest;
import io.consilium.party.pki.Passphrase;
import io.consilium.protocols.ComputeParty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs benchmarks in processes of their own: three parties that found each other by certificates of
 * an authority made for this purpose, or one process alone. Every benchmark gets new processes, so
 * none sees the compiled code, or the memory, of another.
 */
final class Runner implements AutoCloseable {
  private static final Duration GOODBYE_MAX = Duration.ofSeconds(3);
  private static final int CERTIFICATE_DAYS = 2;

  /** One thread for the computation in the clear, however its libraries name the setting. */
  private static final Map<String, String> ONE_THREAD =
      Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1", "MKL_NUM_THREADS", "1");

  private final Settings settings;
  private final JavaCommand java;
  private final Path directory;
  private final Children children;
  private final SecureRandom random = new SecureRandom();
  private final List<Path> clients = new ArrayList<>();
  private ConsortiumAuthority authority;

  private Runner(Settings settings, Path directory) {
    this.settings = settings;
    this.java = new JavaCommand(settings.threads());
    this.directory = directory;
    this.children = Children.watched(GOODBYE_MAX, () -> delete(directory));
  }

  /** Makes the certificates. */
  static Runner create(Settings settings) throws IOException, UserException {
    Runner runner = new Runner(settings, Files.createTempDirectory("consilium-bench"));
    try {
      runner.enrol();
      return runner;
    } catch (IOException | UserException e) {
      runner.close();
      throw e;
    }
  }

  private void enrol() throws IOException, UserException {
    authority =
        ConsortiumAuthority.create(
            directory.resolve("authority"),
            "benchmark",
            Passphrase.none(),
            Clock.systemUTC(),
            random);
    for (ComputeParty party : ComputeParty.values()) {
      var _ = enrol(Session.principal(party));
    }
  }

  private Path enrol(Principal principal) throws IOException, UserException {
    Path identity = directory.resolve(principal.name());
    EnrolmentRequest request = EnrolmentRequest.create(identity, principal, random);
    var _ =
        authority.issue(
            request, CERTIFICATE_DAYS, false, identity.resolve(Identity.CERTIFICATE_FILE));
    return identity;
  }

  private Path identity(ComputeParty party) {
    return directory.resolve(Session.principal(party).name());
  }

  /**
   * Runs a benchmark, and if it has a counterpart in the clear, that too.
   *
   * @throws CommandException if a process ends before it is done; the others are stopped
   */
  Outcome run(Benchmark benchmark)
      throws CommandException, IOException, InterruptedException, UserException {
    try {
      return switch (benchmark) {
        case Benchmark.Secure secure -> compared(secure, threeParties(secure));
        case Benchmark.Kernel kernel ->
            compared(kernel, List.of(alone(false, settings.secure(kernel.name(), directory))));
        case Benchmark.Serving serving -> serving(serving);
      };
    } finally {
      children.stopAll();
    }
  }

  private Result compared(Benchmark.Compared benchmark, List<Measured> processes)
      throws CommandException, IOException, InterruptedException {
    return Result.of(
        benchmark, processes, alone(true, settings.plaintext(benchmark.name(), directory)));
  }

  private ServingResult serving(Benchmark.Serving benchmark)
      throws CommandException, IOException, InterruptedException, UserException {
    for (int i = clients.size(); i < benchmark.load().clients(); i++) {
      clients.add(enrol(new Principal(Role.CLIENT, "client-" + i)));
    }
    List<Path> parties = Arrays.stream(ComputeParty.values()).map(this::identity).toList();
    return new ServingTrial(children, directory, java, settings.warmUpSeconds())
        .run(benchmark, parties, clients.subList(0, benchmark.load().clients()));
  }

  private Measured alone(boolean plaintext, Assignment assignment)
      throws CommandException, IOException, InterruptedException {
    Crew crew = new Crew(children, directory, ONE_THREAD);
    crew.add(
        assignment.benchmark() + (plaintext ? " in the clear" : ""),
        java.of(SoloProcess.class, Lines.write(new SoloProcess.Role(plaintext, assignment))));
    return Lines.read(crew.hear().getFirst(), Measured.class);
  }

  private List<Measured> threeParties(Benchmark.Secure benchmark)
      throws CommandException, IOException, InterruptedException {
    Assignment assignment = settings.secure(benchmark.name(), directory);
    // The one that knows the folder.
    if (assignment.find() instanceof Benchmark.Secure secure) {
      secure.makeFiles();
    }
    Crew crew = new Crew(children, directory, Map.of());
    for (ComputeParty party : ComputeParty.values()) {
      PartyProcess.Role role =
          new PartyProcess.Role(party.ordinal(), identity(party).toString(), assignment);
      crew.add(
          "Compute party " + party,
          java.of(PartyProcess.class, benchmark.partyOptions(), Lines.write(role)));
    }
    int[] ports = crew.hear().stream().mapToInt(Integer::parseInt).toArray();
    try (Links links = Links.to(ports, !settings.wire().isLoopback())) {
      long sessionHigh = random.nextLong();
      long sessionLow = random.nextLong();
      for (ComputeParty party : ComputeParty.values()) {
        crew.tell(
            party.ordinal(),
            Lines.write(new PartyProcess.Meeting(sessionHigh, sessionLow, links.portsFor(party))));
      }
      var _ = crew.hear();
      // The warm-up is not slowed down, or it would have to last for minutes.
      links.change(settings.wire());
      for (ComputeParty party : ComputeParty.values()) {
        crew.tell(party.ordinal(), Lines.write("go on"));
      }
      return crew.hear().stream().map(line -> Lines.read(line, Measured.class)).toList();
    }
  }

  @Override
  public void close() {
    children.close();
    delete(directory);
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            boolean _ = file.toFile().delete();
          });
    } catch (IOException | java.io.UncheckedIOException e) {
      System.err.println("consilium: " + directory + " could not be deleted.");
    }
  }
}
