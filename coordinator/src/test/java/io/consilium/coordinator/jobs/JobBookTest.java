package io.consilium.coordinator.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose turn it is, and what is kept. */
final class JobBookTest {

  private static final List<String> ABC = List.of("a", "b", "c");
  private static final Envelope ENVELOPE = new Envelope("train", "risk", ABC, ABC);
  private static final String PLAN = "ab".repeat(32);
  private static final Principal ANNA = new Principal(Role.RESEARCHER, "anna");
  private static final Principal BERT = new Principal(Role.RESEARCHER, "bert");

  private static final JobLimits LIMITS = new JobLimits(30, 8, 6, 10, 5);

  @TempDir private Path state;

  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private JobStore store;
  private JobBook book;
  private int ids;

  @BeforeEach
  void open() throws Exception {
    reopen();
  }

  private void reopen() throws Exception {
    store = new JobStore(state, LIMITS);
    book =
        new JobBook(
            Patience.standard(Duration.ofSeconds(60)),
            new TestClerk(),
            store.load(),
            store,
            LIMITS,
            now);
    ABC.forEach(party -> carryOut(book.registered(party, party + "1", List.of(), List.of(), now)));
  }

  @Test
  void researchersTakeTurnsHoweverManyJobsOneHasQueued() throws Exception {
    List<JobId> annas = new ArrayList<>();
    for (int i = 0; i < LIMITS.openPerResearcherMax(); i++) {
      annas.add(accepted(ANNA));
    }
    JobId bertsFirst = accepted(BERT);
    JobId bertsSecond = accepted(BERT);

    List<JobId> order = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      order.add(running());
      succeed(running());
    }

    assertThat(order)
        .containsExactly(annas.get(0), bertsFirst, annas.get(1), bertsSecond, annas.get(2));
  }

  @Test
  void turnsAreRememberedOverARestart() throws Exception {
    JobId annas = accepted(ANNA);
    accepted(ANNA);
    JobId berts = accepted(BERT);
    assertThat(running()).isEqualTo(annas);
    now = now.plusSeconds(1);
    succeed(annas);
    assertThat(running()).isEqualTo(berts);
    now = now.plusSeconds(1);
    succeed(berts);

    reopen();
    JobId third = accepted(BERT);

    assertThat(book.find(third).orElseThrow().job().status()).isEqualTo(JobStatus.QUEUED);
    assertThat(book.find(running()).orElseThrow().job().researcher()).isEqualTo(ANNA);
  }

  @Test
  void oneResearcherCannotTakeThePlacesOfOthers() throws Exception {
    for (int i = 0; i < LIMITS.openPerResearcherMax(); i++) {
      submit(ANNA);
    }

    assertThatThrownBy(() -> submit(ANNA))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.NOT_READY))
        .hasMessageContaining("anna has 8 jobs that wait or run");
    submit(BERT);
  }

  @Test
  void whoHasNoOpenJobGetsAPlaceWhenOthersFillTheQueue() throws Exception {
    int full = LIMITS.openMax() - LIMITS.openReserved();
    for (int i = 0; i < full; i++) {
      submit(new Principal(Role.RESEARCHER, "r" + i % 10));
    }

    assertThatThrownBy(() -> submit(new Principal(Role.RESEARCHER, "r0")))
        .hasMessageContaining("24 jobs that wait or run");
    submit(BERT);
    assertThatThrownBy(() -> submit(BERT)).hasMessageContaining("25 jobs");
  }

  @Test
  void jobsCanBeSubmittedForEverAndOldOnesAreFoundInTheArchive() throws Exception {
    int all = LIMITS.finishedMax() + LIMITS.archivedMax() + 1;
    List<JobId> cancelled = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      JobId id = submit(ANNA);
      CancelDocument order = new CancelDocument(id, "no more");
      carryOut(book.cancel(order, ANNA, paper("cancel"), now));
      cancelled.add(id);
    }
    JobId kept = accepted(BERT);
    succeed(kept);

    carryOut(book.tick(now));

    assertThat(book.all()).hasSize(LIMITS.finishedMax() + 1);
    assertThat(book.find(cancelled.getFirst())).as("beyond the archive").isEmpty();
    JobId archived = cancelled.get(1);
    assertThat(book.find(archived).orElseThrow().job().status()).isEqualTo(JobStatus.CANCELLED);
    reopen();
    assertThat(store.load()).hasSize(LIMITS.finishedMax() + 1);
    assertThat(book.find(archived)).isPresent();
    assertThat(book.find(kept)).isPresent();
    assertThatThrownBy(() -> submit(archived, BERT)).hasMessageContaining("another");
    // A party that was away hears how an archived job ended.
    assertThat(book.decided(new VerdictDocument(archived, "a", new Accepted(PLAN)), now))
        .containsExactly(new Effect.Tell("a", new ControlMessage.Cancel(paper("cancel"))));
  }

  private JobId submit(Principal researcher) throws RefusedException {
    return submit(new JobId("%012x".formatted(ids++)), researcher);
  }

  private JobId submit(JobId id, Principal researcher) throws RefusedException {
    carryOut(book.submit(id, ENVELOPE, researcher, paper("manifest"), paper("submission"), now));
    return id;
  }

  private JobId accepted(Principal researcher) throws RefusedException {
    JobId id = submit(researcher);
    ABC.forEach(
        party -> carryOut(book.decided(new VerdictDocument(id, party, new Accepted(PLAN)), now)));
    return id;
  }

  private JobId running() {
    return book.all().stream()
        .map(JobFile::job)
        .filter(job -> job.status().isRunning())
        .map(Job::id)
        .findFirst()
        .orElseThrow();
  }

  private void succeed(JobId id) {
    Succeeded done = new Succeeded(new ModelName("risk", "1"), 1, 1, 1);
    SignedDocument signed =
        new SignedDocument("report", new byte[] {1}, new byte[] {2}, new byte[] {3});
    ABC.forEach(
        party -> carryOut(book.reported(new ReportDocument(id, 1, party, 0, done), signed, now)));
  }

  private void carryOut(List<Effect> effects) {
    try {
      for (Effect effect : effects) {
        switch (effect) {
          case Effect.Save save -> store.save(save.file());
          case Effect.Archive old -> store.archive(old.id());
          case Effect.Tell tell -> assertThat(ABC).contains(tell.party());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SignedDocument paper(String kind) {
    byte[] text = kind.getBytes(StandardCharsets.UTF_8);
    return new SignedDocument(kind, text, text, text);
  }

  private static final class TestClerk implements Clerk {
    @Override
    public String sessionId() {
      return "0f".repeat(16);
    }

    @Override
    public SignedDocument sign(StartDocument start) {
      return paper("start");
    }

    @Override
    public SignedDocument sign(CancelDocument cancel) {
      return paper("cancel");
    }

    @Override
    public SignedDocument sign(OutcomeDocument outcome) {
      return paper("outcome");
    }
  }
}
