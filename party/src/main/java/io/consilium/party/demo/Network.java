package io.consilium.party.demo;

import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The coordinator and one process for each party, started at once and waited for. */
final class Network {

  private static final Duration START_MAX = Duration.ofSeconds(150);
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** How often other ports are tried after somebody else took one. */
  private static final int PORT_ATTEMPTS_MAX = 3;

  private final Roster roster;
  private final Workspace workspace;
  private final Sites sites;
  private final Launcher launcher;
  private final Children children;
  private final Screen screen;
  private final InstantSource clock;
  private final Map<String, Process> nodes = new LinkedHashMap<>();

  Network(
      Roster roster,
      Workspace workspace,
      Sites sites,
      Launcher launcher,
      Children children,
      Screen screen,
      InstantSource clock) {
    this.roster = roster;
    this.workspace = workspace;
    this.sites = sites;
    this.launcher = launcher;
    this.children = children;
    this.screen = screen;
    this.clock = clock;
  }

  /** Returns when the coordinator knows that every party is up. */
  void start()
      throws UserException, IOException, ConfigException, IdentityException, InterruptedException {
    for (int attempt = 1; attempt <= PORT_ATTEMPTS_MAX; attempt++) {
      sites.writeConsortium(Ports.free(ConfigTexts.portsNeeded(roster)));
      startNodes();
      if (awaitAll()) {
        return;
      }
      children.stopAll();
      screen.note("a port was taken meanwhile; trying others");
    }
    throw StepFailure.of(
        ExitCode.NOT_READY,
        "Other programs took the ports that were free a moment before, "
            + PORT_ATTEMPTS_MAX
            + " times.",
        "run the demo again when the machine is less busy",
        workspace.logs());
  }

  /** Fails if a node is not running any more. */
  void requireRunning() throws UserException {
    for (Map.Entry<String, Process> node : nodes.entrySet()) {
      if (!node.getValue().isAlive()) {
        throw stopped(node.getKey(), node.getValue().exitValue());
      }
    }
  }

  private void startNodes() throws IOException {
    nodes.clear();
    startNode(Roster.COORDINATOR, "coordinator");
    for (String party : roster.parties()) {
      startNode(new Principal(Role.PARTY, party), "party");
    }
  }

  private void startNode(Principal node, String verb) throws IOException {
    Path log = workspace.log(node.name());
    List<String> command = List.of(verb, "run", "--config", workspace.config(node).toString());
    nodes.put(
        node.name(),
        children.start(
            launcher
                .process(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())));
  }

  /** False if a node found its port taken. */
  private boolean awaitAll()
      throws UserException, ConfigException, IdentityException, InterruptedException {
    Instant deadline = clock.instant().plus(START_MAX);
    String lastProblem = "the coordinator does not answer";
    try (ApiClient api = ApiClient.of(ProfileConfig.load(workspace.config(Roster.RESEARCHER)))) {
      while (clock.instant().isBefore(deadline)) {
        if (aNodeFoundItsPortTaken()) {
          return false;
        }
        requireRunning();
        try {
          List<String> missing = missing(api.parties());
          if (missing.isEmpty()) {
            return true;
          }
          lastProblem = String.join(", ", missing) + " did not register with the coordinator";
          int all = roster.parties().size();
          screen.note(
              "waiting for hospitals " + (all - missing.size()) + "/" + all + " to be up ...");
        } catch (CommandException notYet) {
          lastProblem = notYet.getMessage();
          screen.note("waiting for the coordinator ...");
        }
        Thread.sleep(PAUSE);
      }
    } catch (CommandException e) {
      throw StepFailure.of(
          ExitCode.INTERNAL, e.getMessage(), "report this with the logs", workspace.logs());
    }
    throw StepFailure.of(
        ExitCode.UNAVAILABLE,
        "The nodes were not up after " + START_MAX.toSeconds() + " s: " + lastProblem + ".",
        "run the demo again when the machine is less busy; it starts "
            + nodes.size()
            + " Java processes",
        workspace.logs());
  }

  private static List<String> missing(List<PartyView> parties) {
    return parties.stream().filter(party -> !party.up()).map(PartyView::name).toList();
  }

  private boolean aNodeFoundItsPortTaken() {
    return nodes.values().stream()
        .anyMatch(node -> !node.isAlive() && node.exitValue() == ExitCode.NOT_READY.code());
  }

  private UserException stopped(String node, int code) {
    Path log = workspace.log(node);
    return StepFailure.of(
        StepFailure.exit(code),
        node + " stopped with exit code " + code + ": " + Logs.lastLine(log),
        "put that right and run the demo again",
        log);
  }
}
