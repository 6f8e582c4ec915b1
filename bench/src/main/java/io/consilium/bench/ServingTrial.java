package io.consilium.bench;

import io.consilium.coordinator.cli.CommandException;
import io.consilium.party.demo.Children;
import io.consilium.protocols.ComputeParty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A serving benchmark: three processes that serve, and one that asks. */
final class ServingTrial {
  private final Children children;
  private final Path directory;
  private final JavaCommand java;
  private final double warmUpSeconds;

  ServingTrial(Children children, Path directory, JavaCommand java, double warmUpSeconds) {
    this.children = children;
    this.directory = directory;
    this.java = java;
    this.warmUpSeconds = warmUpSeconds;
  }

  /**
   * Runs it.
   *
   * @param parties where the identities of P0, P1 and P2 are
   * @param clients the same of the clients
   */
  ServingResult run(Benchmark.Serving benchmark, List<Path> parties, List<Path> clients)
      throws CommandException, IOException, InterruptedException {
    Crew servers = new Crew(children, directory, Map.of());
    for (ComputeParty party : ComputeParty.values()) {
      ServingParty.Place place =
          new ServingParty.Place(
              party.ordinal(),
              parties.get(party.ordinal()).toString(),
              directory.resolve(benchmark.name() + "-state-" + party.ordinal()).toString(),
              benchmark.example());
      servers.add("Party " + party, java.of(ServingParty.class, Lines.write(place)));
    }
    int[] ports = servers.hear().stream().mapToInt(Integer::parseInt).toArray();
    tellAll(servers, Lines.write(ports));
    Path ofClients = Files.createDirectories(directory.resolve("clients"));
    Crew asking = new Crew(children, ofClients, Map.of());
    ServingClients.Task task =
        new ServingClients.Task(
            clients.stream().map(Path::toString).toList(),
            ports,
            benchmark.example(),
            benchmark.load(),
            warmUpSeconds);
    asking.add("The clients", java.of(ServingClients.class, Lines.write(task)));
    var _ = asking.hear();
    List<ServingParty.Used> before = used(servers);
    asking.tell(0, "go on");
    ServingClients.Phase inTurn = phase(asking);
    List<ServingParty.Used> after = used(servers);
    asking.tell(0, "go on");
    Optional<ServingResult.Overload> overload =
        benchmark.load().overload() > 0 ? Optional.of(overload(asking)) : Optional.empty();
    return new ServingResult(
        benchmark.name(),
        benchmark.load().clients(),
        inTurn.counts(),
        cpuSeconds(after) - cpuSeconds(before),
        inTurn.cpuSeconds(),
        after.stream().mapToLong(ServingParty.Used::peakMemoryBytes).max().orElseThrow(),
        overload);
  }

  private static void tellAll(Crew crew, String line) throws IOException {
    for (ComputeParty party : ComputeParty.values()) {
      crew.tell(party.ordinal(), line);
    }
  }

  private static ServingClients.Phase phase(Crew asking)
      throws CommandException, InterruptedException {
    return Lines.read(asking.hear().getFirst(), ServingClients.Phase.class);
  }

  private static ServingResult.Overload overload(Crew asking)
      throws CommandException, InterruptedException {
    return Lines.read(asking.hear().getFirst(), ServingResult.Overload.class);
  }

  private static List<ServingParty.Used> used(Crew servers)
      throws CommandException, IOException, InterruptedException {
    tellAll(servers, "used");
    return servers.hear().stream().map(line -> Lines.read(line, ServingParty.Used.class)).toList();
  }

  private static double cpuSeconds(List<ServingParty.Used> used) {
    return used.stream().mapToDouble(ServingParty.Used::cpuSeconds).sum();
  }
}
