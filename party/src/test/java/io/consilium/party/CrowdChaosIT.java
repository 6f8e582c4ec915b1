package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.cli.Shell;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too many of something: connections, work, restarts, jobs, clients. */
final class CrowdChaosIT {
  private static final int IDLE_CONNECTIONS = 300;
  private static final int JOBS = 100;
  private static final int CLIENTS = 40;
  private static final String OTHER_RESEARCHER = "bert";

  @TempDir private Path directory;

  // ---- connections -----------------------------------------------------------------------------

  @Test
  void idleConnectionsKeepNobodyOut() throws Exception {
    try (ChaosNodes nodes = ChaosNodes.serving(directory)) {
      Endpoint api = nodes.consortium().consortium().coordinator().api();
      Endpoint control = nodes.consortium().consortium().coordinator().control();
      List<Socket> idle = new ArrayList<>();
      try {
        for (int i = 0; i < IDLE_CONNECTIONS; i++) {
          for (Endpoint each : List.of(api, control)) {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(each.host(), each.port()), 5_000);
            idle.add(socket);
          }
        }
        nodes.kill("hospital-b");
        nodes.start("hospital-b");
        nodes.consortium().untilUp(ChaosNodes.ALL);
        nodes.succeeds();
      } finally {
        for (Socket socket : idle) {
          socket.close();
        }
      }
    }
  }

  // ---- work ------------------------------------------------------------------------------------

  @Test
  void everybodyStartsOnAMachineThatIsBusy() throws Exception {
    AtomicBoolean busy = new AtomicBoolean(true);
    int burners = 4 * Runtime.getRuntime().availableProcessors();
    ExecutorService burning = Executors.newFixedThreadPool(burners);
    try (ChaosNodes nodes = ChaosNodes.of(directory)) {
      for (int i = 0; i < burners; i++) {
        burning.execute(() -> {
          while (busy.get()) {
            Thread.onSpinWait();
          }
        });
      }
      for (String party : ChaosNodes.ALL) {
        nodes.start(party);
      }
      nodes.consortium().startCoordinator();
      ChaosNodes.until("everybody", () -> nodes.consortium().up().containsAll(ChaosNodes.ALL));
      for (String party : ChaosNodes.ALL) {
        assertThat(nodes.process(party).isAlive()).isTrue();
      }
      nodes.succeeds();
    } finally {
      busy.set(false);
      burning.shutdownNow();
    }
  }

  // ---- restarts --------------------------------------------------------------------------------

  @Test
  void aPendingApprovalOutlivesTheRestartOfEveryNode() throws Exception {
    try (ChaosNodes nodes = ChaosNodes.serving(directory)) {
      nodes.stop("hospital-a");
      nodes.consortium().policy("hospital-a", "manual", Map.of());
      nodes.start("hospital-a");
      nodes.consortium().untilUp(ChaosNodes.ALL);
      JobId id = nodes.consortium().submit(ChaosNodes.small());
      JobStatus waiting = JobStatus.AWAITING_APPROVAL;
      nodes.consortium().until(id, job -> job.status() == waiting);
      Object[] pending = {"party", "pending", "--config", nodes.consortium().config("hospital-a")};
      ChaosNodes.until("the question", () -> Shell.run(pending).out().contains(id.value()));

      for (String party : ChaosNodes.ALL) {
        nodes.kill(party);
        // Longer than a job waits for a party that is not running.
        Thread.sleep(1_000L * (TestConsortium.PARTY_WAIT_SECONDS + 3));
        nodes.start(party);
        nodes.consortium().untilUp(ChaosNodes.ALL);
      }
      nodes.consortium().stopCoordinator();
      nodes.consortium().startCoordinator();
      nodes.consortium().untilUp(ChaosNodes.ALL);

      assertThat(nodes.consortium().api().job(id).status()).isEqualTo(waiting);
      Shell.Result approved =
          Shell.run(
              "party",
              "approve",
              id.value(),
              "--yes",
              "--config",
              nodes.consortium().config("hospital-a"));
      assertThat(approved.exit()).as(approved.err()).isZero();
      assertThat(nodes.consortium().end(id).status()).isEqualTo(JobStatus.SUCCEEDED);
    }
  }

  // ---- jobs ------------------------------------------------------------------------------------

  @Test
  void oneResearchersHundredJobsLeaveRoomForTheNext() throws Exception {
    try (ChaosNodes nodes = ChaosNodes.of(directory)) {
      for (String party : ChaosNodes.ALL) {
        Path policy = nodes.consortium().home(party).resolve("policy.yaml");
        String text = Files.readString(policy);
        Files.writeString(
            policy,
            text.replace(
                "submitters: [" + TestConsortium.RESEARCHER + "]",
                "submitters: [" + TestConsortium.RESEARCHER + ", " + OTHER_RESEARCHER + "]"));
      }
      nodes.consortium().startCoordinator();
      for (String party : ChaosNodes.ALL) {
        nodes.start(party);
      }
      nodes.consortium().untilUp(ChaosNodes.ALL);
      List<JobId> first = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        try {
          first.add(nodes.consortium().submit(ChaosNodes.small()));
        } catch (CommandException e) {
          assertThat(e).hasMessageContaining("jobs");
        }
      }
      assertThat(first).isNotEmpty();
      nodes.consortium().profile(new Principal(Role.RESEARCHER, OTHER_RESEARCHER));
      try (ApiClient bert =
          ApiClient.of(ProfileConfig.load(nodes.consortium().profileOf(OTHER_RESEARCHER)))) {
        JobId id = JobId.random(new SecureRandom());
        ObjectNode manifest = ChaosNodes.small().put("name", "other");
        bert.submit(
            TestConsortium.request(
                bert.identity(), bert.identity(), id, Json.bytes(manifest), Optional.empty()));
        ChaosNodes.until("bert's turn", () -> bert.job(id).status() == JobStatus.SUCCEEDED);
        assertThat(nodes.consortium().api().job(first.getLast()).status().isFinal()).isFalse();
      }
    }
  }

  // ---- clients ---------------------------------------------------------------------------------

  @Test
  void clientsBehindALostHospitalDoNotQueueUp() throws Exception {
    try (ChaosNodes nodes = ChaosNodes.serving(directory)) {
      nodes.kill("hospital-c");
      Path question =
          nodes.consortium().write(TestConsortium.CLIENT + "/lost.csv", ChaosNodes.QUESTION);
      List<Future<Shell.Result>> asking = new ArrayList<>();
      try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
        for (int i = 0; i < CLIENTS; i++) {
          asking.add(
              clients.submit(() ->
                  Shell.run(
                      "predict",
                      "--profile",
                      nodes.consortium().profileOf(TestConsortium.CLIENT),
                      "--model",
                      ChaosNodes.MODEL,
                      "--csv",
                      question)));
        }
        for (Future<Shell.Result> each : asking) {
          // One after the other, five seconds each, would be more than three minutes.
          Shell.Result result = each.get(CLIENTS * 5L - 20, TimeUnit.SECONDS);
          assertThat(result.exit()).isEqualTo(69);
          assertThat(result.err()).contains("hospital-c");
        }
      }
      nodes.start("hospital-c");
      nodes.consortium().untilUp(ChaosNodes.ALL);
      nodes.untilAnswered();
    }
  }
}
