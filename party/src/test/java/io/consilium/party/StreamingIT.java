package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shares that go from the data holders over TLS to the disks of the compute parties. */
final class StreamingIT {
  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final String MEMORY = "consilium.shareMemoryMegabytes";

  /** Three blocks a site. */
  private static final int ROWS = 400;

  @TempDir Path directory;
  private TestConsortium consortium;

  @BeforeEach
  void startEverybody() throws Exception {
    System.setProperty(MEMORY, "0");
    consortium = TestConsortium.of(directory, ALL.toArray(String[]::new));
    for (String party : ALL) {
      Studies.writeWide(consortium.home(party).resolve("wide.csv"), ROWS, party.hashCode());
    }
    consortium.startCoordinator();
    consortium.start(ALL.toArray(String[]::new));
  }

  @AfterEach
  void stopEverybody() {
    consortium.close();
    System.clearProperty(MEMORY);
  }

  private long scratchFiles(String party) throws IOException {
    Path scratch = consortium.home(party).resolve("state").resolve("scratch");
    if (!Files.exists(scratch)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(scratch)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  private double[] values(JobView job) throws Exception {
    assertThat(job.failure()).isEmpty();
    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
    return consortium.results(job).metrics().stream()
        .mapToDouble(metric -> metric.number().orElseThrow())
        .toArray();
  }

  @Test
  void aModelTrainsFromTheDiskOfEachPartyAsItDoesInMemory() throws Exception {
    ObjectNode manifest = Studies.wide("wide", ALL, ALL, true);
    manifest.withObject("training").put("epochs", 4);

    JobId id = consortium.submit(manifest);
    consortium.until(
        id,
        job ->
            job.status() == JobStatus.TRAINING
                && job.progress().filter(now -> now.epoch() >= 1).isPresent());
    for (String party : ALL) {
      assertThat(scratchFiles(party)).isPositive();
    }
    double[] fromDisk = values(consortium.end(id));
    for (String party : ALL) {
      assertThat(scratchFiles(party)).isZero();
    }
    System.clearProperty(MEMORY);
    double[] inMemory = values(consortium.run(manifest));

    assertThat(fromDisk).hasSize(5).containsExactly(inMemory, within(1e-2));
  }

  /** What a job that was stopped had on the disk is gone as well. */
  @Test
  void aCancelledJobLeavesNothingOnTheDisk() throws Exception {
    ObjectNode endless = Studies.wide("endless", ALL, ALL, false);
    endless.withObject("training").put("epochs", 10_000);
    JobId id = consortium.submit(endless);
    consortium.until(id, job -> job.status() == JobStatus.TRAINING && job.progress().isPresent());

    consortium.api().cancel(id, "not needed any more");
    consortium.end(id);

    for (String party : ALL) {
      // The party ends on its own a moment after the coordinator knows.
      for (int poll = 0; poll < 300 && scratchFiles(party) > 0; poll++) {
        Thread.sleep(100);
      }
      assertThat(scratchFiles(party)).isZero();
      Path audit = consortium.home(party).resolve("state").resolve("audit.jsonl");
      assertThat(Files.readString(audit))
          .contains("job.cancelled")
          .doesNotContain("state directory cannot be");
    }
  }
}
