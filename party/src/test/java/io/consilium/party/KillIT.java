package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.party.cli.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hospitals as processes, one of which is killed outright in the middle of a training. */
final class KillIT {

  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");

  /** What the researcher may have to wait for the news. */
  private static final Duration NEWS_MAX = Duration.ofSeconds(30);

  private static final long GOODBYE_SECONDS_MAX = 20;

  @TempDir Path directory;

  private TestConsortium consortium;
  private final Map<String, Process> processes = new HashMap<>();

  @BeforeEach
  void startEverybody() throws Exception {
    consortium = TestConsortium.of(directory, ALL.toArray(String[]::new));
    consortium.startCoordinator();
    for (String party : ALL) {
      start(party);
    }
    consortium.untilUp(ALL);
  }

  @AfterEach
  void stopEverybody() throws Exception {
    processes.values().forEach(Process::destroy);
    for (Process process : processes.values()) {
      if (!process.waitFor(GOODBYE_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    consortium.close();
  }

  @Test
  void aKilledPartyIsNamedWithinHalfAMinuteAndTheConsortiumGoesOnAfterItsReturn() throws Exception {
    ObjectNode endless = Studies.logistic("model", ALL, ALL);
    endless.withObject("training").put("epochs", 10_000);
    JobId id = consortium.submit(endless);
    consortium.until(
        id,
        job ->
            job.status() == JobStatus.TRAINING
                && job.progress().filter(now -> now.epoch() >= 2).isPresent());

    processes.get("hospital-b").destroyForcibly();
    Instant killed = Instant.now();
    JobView job = consortium.end(id);

    assertThat(Duration.between(killed, Instant.now())).isLessThan(NEWS_MAX);
    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.exitCode()).isEqualTo(69);
    assertThat(job.failure().orElseThrow().culprit()).contains("hospital-b");
    assertThat(job.failure().orElseThrow().reason()).contains("hospital-b");
    assertThat(processes.get("hospital-a").isAlive()).isTrue();
    assertThat(processes.get("hospital-c").isAlive()).isTrue();

    start("hospital-b");
    consortium.untilUp(ALL);
    JobView next = consortium.run(Studies.logistic("model", ALL, ALL));
    assertThat(next.failure()).isEmpty();
    assertThat(next.status()).isEqualTo(JobStatus.SUCCEEDED);
    Shell.Result answer = consortium.predict("model", "dose,level,kind\n1.5,20,mixed\n");
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exit()).isZero();
    for (String party : ALL) {
      assertThat(Shell.run("party", "audit", "--config", consortium.config(party)).exit()).isZero();
    }
  }

  private void start(String party) throws Exception {
    processes.put(party, NodeProcess.start(consortium, party, "-Xmx256m"));
  }
}
