package io.consilium.coordinator.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobStoreTest {

  private static final Patience PATIENCE = Patience.standard(Duration.ofSeconds(60));
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<String> ABC = List.of("a", "b", "c");
  private static final Principal ANNA = new Principal(Role.RESEARCHER, "anna");
  private static final SignedDocument PAPER =
      new SignedDocument("manifest", new byte[] {1}, new byte[] {2}, new byte[] {3});

  @TempDir private Path state;

  @Test
  void givesBackWhatWasSaved() throws Exception {
    JobFile file = finished();
    new JobStore(state, JobLimits.DEFAULT).save(file);
    new JobStore(state, JobLimits.DEFAULT).save(file);

    assertThat(new JobStore(state, JobLimits.DEFAULT).load()).containsExactly(file);
    Job read = new JobStore(state, JobLimits.DEFAULT).load().getFirst().job();
    assertThat(Views.model(read).orElseThrow().version()).isEqualTo("1");
    assertThat(Views.of(read, _ -> true, ANNA).reports()).containsExactly(PAPER, PAPER, PAPER);
    assertThat(Views.of(read, _ -> true).reports()).isEmpty();
  }

  @Test
  void readsFilesFromBeforeAnOfficersQuestionWasNoted() throws Exception {
    JobStore store = new JobStore(state, JobLimits.DEFAULT);
    store.save(finished());
    Path file = state.resolve("jobs/0123456789ab.json");
    String text = Files.readString(file);
    String before =
        text.replaceAll("\"askedAt\":(null|\"[^\"]*\"),", "").replace("\"officerAsked\":null,", "");
    assertThat(before).isNotEqualTo(text).doesNotContain("askedAt", "officerAsked");
    Files.writeString(file, before);

    assertThat(store.load()).hasSize(1);
  }

  @Test
  void ignoresAFileThatWasNotFinishedWhenTheProcessDied() throws Exception {
    JobStore store = new JobStore(state, JobLimits.DEFAULT);
    store.save(finished());
    Files.writeString(state.resolve("jobs/ffffffffffff.tmp"), "{\"job\":");

    assertThat(store.load()).hasSize(1);
  }

  @Test
  void namesADamagedFile() throws Exception {
    JobStore store = new JobStore(state, JobLimits.DEFAULT);
    Path damaged = Files.writeString(state.resolve("jobs/ffffffffffff.json"), "{}");

    assertThatThrownBy(store::load)
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(damaged + " is damaged");
  }

  private static JobFile finished() {
    JobId id = new JobId("0123456789ab");
    String plan = "ab".repeat(32);
    Job job = Job.submitted(id, new Envelope("train", "risk", ABC, ABC), ANNA, NOW, PATIENCE);
    for (String party : ABC) {
      job = job.next(new JobEvent.PartyPresent(NOW, party, party + "1"), PATIENCE);
      job = job.next(new JobEvent.Decided(NOW, party, new Accepted(plan)), PATIENCE);
    }
    StartDocument start = new StartDocument(id, 1, "0f".repeat(16), plan, plan, ABC);
    job = job.next(new JobEvent.Began(NOW, start), PATIENCE);
    for (String party : ABC) {
      Succeeded done = new Succeeded(new ModelName("risk", "1"), 1 << 20, 17, 2.5);
      job =
          job.next(
              new JobEvent.Reported(NOW, new ReportDocument(id, 1, party, 0, done), PAPER),
              PATIENCE);
    }
    return new JobFile(job, PAPER, PAPER, Optional.of(PAPER), Optional.empty());
  }
}
