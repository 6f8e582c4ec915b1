package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Three hospitals as processes, to be killed, starved and started again, and a coordinator. */
final class ChaosNodes implements AutoCloseable {
  static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");
  static final String MODEL = "base";
  static final String QUESTION = "dose,level,kind\n1.5,20,mixed\n";

  /** How long anything may take on a machine that is busy with something else. */
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final long POLL_MILLIS = 250;
  private static final long GOODBYE_SECONDS_MAX = 30;

  private final TestConsortium consortium;
  private final Map<String, Process> processes = new HashMap<>();

  private ChaosNodes(TestConsortium consortium) {
    this.consortium = consortium;
  }

  /** The files of a consortium; nothing runs yet. */
  static ChaosNodes of(Path directory) throws Exception {
    return new ChaosNodes(TestConsortium.of(directory, ALL.toArray(String[]::new)));
  }

  /** The same, with everybody up and a model that answers. */
  static ChaosNodes serving(Path directory) throws Exception {
    ChaosNodes nodes = of(directory);
    nodes.consortium.startCoordinator();
    for (String party : ALL) {
      nodes.start(party);
    }
    nodes.consortium.untilUp(ALL);
    assertThat(nodes.consortium.run(small()).status()).isEqualTo(JobStatus.SUCCEEDED);
    nodes.untilAnswered();
    return nodes;
  }

  /** A job of a moment. */
  static ObjectNode small() {
    ObjectNode manifest = Studies.logistic(MODEL, ALL, ALL);
    manifest.withObject("training").put("epochs", 1);
    return manifest;
  }

  TestConsortium consortium() {
    return consortium;
  }

  Path state(String party) {
    return consortium.home(party).resolve("state");
  }

  void start(String party) throws IOException {
    processes.put(party, NodeProcess.start(consortium, party, "-Xmx256m"));
  }

  Process process(String party) {
    return processes.get(party);
  }

  void kill(String party) throws Exception {
    processes.get(party).destroyForcibly();
    assertThat(processes.get(party).waitFor(GOODBYE_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
  }

  void stop(String party) throws Exception {
    Process process = processes.get(party);
    process.destroy();
    if (!process.waitFor(GOODBYE_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** Starts a node that must not stay; what it printed in this run. */
  String refusedStart(String party, int exit) throws Exception {
    Path output = consortium.home(party).resolve("output.txt");
    long before = Files.exists(output) ? Files.size(output) : 0;
    start(party);
    boolean ended = processes.get(party).waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String said = Files.readString(output).substring((int) before);
    assertThat(ended).as(said).isTrue();
    assertThat(processes.get(party).exitValue()).as(said).isEqualTo(exit);
    assertThat(said).doesNotContain("\tat ");
    return said;
  }

  /** Waits until something holds. */
  static void until(String what, Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).as("waiting for " + what).isBefore(end);
      Thread.sleep(POLL_MILLIS);
    }
  }

  void untilAnswered() throws Exception {
    until("an answer", () -> consortium.predict(MODEL, QUESTION).exit() == 0);
  }

  /** A good job, once the nodes have found each other again. */
  JobView succeeds() throws Exception {
    JobView[] last = new JobView[1];
    until(
        "a job that succeeds",
        () -> {
          last[0] = consortium.run(small());
          return last[0].status() == JobStatus.SUCCEEDED;
        });
    return last[0];
  }

  @Override
  public void close() throws Exception {
    processes.values().forEach(Process::destroy);
    for (Process process : processes.values()) {
      if (!process.waitFor(GOODBYE_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    consortium.close();
  }
}
