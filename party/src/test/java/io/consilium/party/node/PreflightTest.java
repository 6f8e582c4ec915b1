package io.consilium.party.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.identity.Principal;
import io.consilium.party.Enrolled;
import io.consilium.party.cli.Shell;
import io.consilium.party.cli.Shell.Result;
import io.consilium.party.config.PartyConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code consilium party check}, as its exit code and table show it. */
final class PreflightTest {
  @TempDir private Path directory;
  private Path config;
  private NodeFacts facts;

  @BeforeEach
  void configure() throws Exception {
    Path own = new Enrolled(directory).directory(Principal.party("hospital-a"));
    consortium("heart-study");
    policy("auto");
    config =
        Files.writeString(
            directory.resolve("party.yaml"),
            "identity: "
                + own.getFileName()
                + "\nconsortium: consortium.yaml\nstate: state\npolicy: policy.yaml\n");
    Files.createDirectory(directory.resolve("state"));
    facts = NodeFacts.ofThisProcess(PartyConfig.load(config), Clock.systemUTC().instant());
  }

  @Test
  void aSiteWhoseNodeIsNotRunningIsInOrder() {
    Result check = check();

    assertThat(check.exit()).isZero();
    assertThat(check.out()).contains("node", "is not running; start it").contains("is free");
  }

  @Test
  void aNodeThatIsWithTheCoordinatorIsInOrder() throws Exception {
    facts.withJoined(Optional.of(Instant.parse("2026-11-30T12:00:00Z"))).write(state());

    Result check = check();

    assertThat(check.exit()).isZero();
    assertThat(check.out())
        .contains("with the coordinator since 2026-11-30T12:00:00Z")
        .contains("uses the files as they are now");
  }

  @Test
  void aNodeWithoutACoordinatorIsNotReady() throws Exception {
    facts.write(state());

    Result check = check();

    assertThat(check.exit()).isEqualTo(75);
    assertThat(check.out()).contains("FAIL").contains("does not answer it");
  }

  @Test
  void aNodeThatUsesOlderFilesIsNotReady() throws Exception {
    facts.withJoined(Optional.of(Instant.EPOCH)).write(state());
    policy("manual");

    Result check = check();

    assertThat(check.exit()).isEqualTo(75);
    assertThat(check.out()).contains("policy.yaml is not as the running node uses it");
  }

  @Test
  void whatANodeThatIsGoneSaidIsNotBelieved() throws Exception {
    new NodeFacts(
            facts.pid(),
            Optional.of(Instant.EPOCH),
            facts.started(),
            facts.files(),
            Optional.of(Instant.EPOCH))
        .write(state());

    assertThat(check().out()).contains("is not running");
  }

  @Test
  void aFileOfAnotherConsortiumIsBadData() throws Exception {
    consortium("lung-study");

    Result check = check();

    assertThat(check.exit()).isEqualTo(65);
    assertThat(check.out()).contains("is of lung-study, the certificate is of heart-study");
  }

  @Test
  void aFileThatIsWrongOrNotThereIsBadData() throws Exception {
    policy("sometimes");
    assertThat(check().exit()).isEqualTo(65);

    Files.delete(directory.resolve("policy.yaml"));
    assertThat(check().exit()).isEqualTo(65);
  }

  private Path state() {
    return directory.resolve("state");
  }

  private Result check() {
    return Shell.run("party", "check", "--config", config);
  }

  private void policy(String approval) throws IOException {
    Files.writeString(
        directory.resolve("policy.yaml"),
        "submitters: [anna]\napproval: %s\nmodels: [logistic]\ndatasets: [heart]\n"
                .formatted(approval)
            + "columns: [age]\nsuites: [rep3]\nminParties: 3\nminRows: 50\nmaxEpochs: 50\n"
            + "disclose: {rowCounts: parties}\n"
            + "serving: {allowed: false, clients: [], rowsPerDayPerClient: 0}\n");
  }

  private void consortium(String name) throws IOException {
    List<Integer> ports = free(8);
    StringBuilder text = new StringBuilder("consortium: " + name + "\n");
    text.append(
        "coordinator: {name: coordinator, control: \"127.0.0.1:%d\", api: \"127.0.0.1:%d\"}\n"
            .formatted(ports.get(0), ports.get(1)));
    text.append("parties:\n");
    int at = 2;
    for (String party : List.of("hospital-a", "hospital-b", "hospital-c")) {
      text.append(
          "  - {name: %s, control: \"127.0.0.1:%d\", data: \"127.0.0.1:%d\"}\n"
              .formatted(party, ports.get(at++), ports.get(at++)));
    }
    Files.writeString(directory.resolve("consortium.yaml"), text);
  }

  /** Held together, so that no two are the same. */
  private static List<Integer> free(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        held.add(new ServerSocket(0));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
