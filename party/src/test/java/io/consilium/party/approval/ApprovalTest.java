package io.consilium.party.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.party.Enrolled;
import io.consilium.party.UserException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApprovalTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final String JOB = "0123456789ab";
  private static final String PLAN = "ab".repeat(32);

  @TempDir private Path directory;
  private Enrolled enrolled;
  private Identity identity;
  private Path state;
  private ApprovalInbox inbox;
  private ApprovalDesk desk;

  @BeforeEach
  void enrol() throws Exception {
    enrolled = new Enrolled(directory);
    identity = enrolled.identity(HOSPITAL);
    state = directory.resolve("state");
    inbox = new ApprovalInbox(state, identity.trust(), HOSPITAL);
    desk = new ApprovalDesk(state, Clock.systemUTC());
  }

  private static PendingJob job(String id, String since, String plan) {
    return new PendingJob(
        id, plan, "heart-risk", "anna", "Early warning", since, List.of("Opens loss."));
  }

  private static PendingJob job() {
    return job(JOB, "2026-03-01T12:00:00Z", PLAN);
  }

  private Path decision() {
    return state.resolve("decisions").resolve(JOB + ".json");
  }

  @Test
  void bringsTheOfficersAnswerToTheNode() throws Exception {
    inbox.ask(job());
    assertThat(inbox.poll(JOB, PLAN)).isEmpty();
    assertThat(desk.waiting()).containsExactly(job());

    desk.answer(desk.find(JOB), true, "ethics 2026/114", identity);

    assertThat(inbox.poll(JOB, PLAN))
        .hasValueSatisfying(verdict -> {
          assertThat(verdict.approved()).isTrue();
          assertThat(verdict.reason()).isEqualTo("ethics 2026/114");
        });
    assertThat(desk.waiting()).isEmpty();
    inbox.close(JOB);
    assertThat(inbox.poll(JOB, PLAN)).isEmpty();
  }

  @Test
  void bringsARefusalWithItsReason() throws Exception {
    inbox.ask(job());
    desk.answer(desk.find(JOB), false, "No ethics vote", identity);

    assertThat(inbox.poll(JOB, PLAN))
        .hasValueSatisfying(verdict -> {
          assertThat(verdict.approved()).isFalse();
          assertThat(verdict.reason()).isEqualTo("No ethics vote");
        });
  }

  @Test
  void answersOnce() throws Exception {
    inbox.ask(job());
    desk.answer(job(), false, "", identity);

    assertThatThrownBy(() -> desk.answer(job(), true, "", identity))
        .hasMessageContaining("already answered");
  }

  @Test
  void refusesAnAnswerToAnotherPlan() throws Exception {
    inbox.ask(job());
    desk.answer(job(), true, "", identity);

    assertThatThrownBy(() -> inbox.poll(JOB, "cd".repeat(32)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("another job or another plan");
  }

  @Test
  void refusesAnAnswerThatWasMovedFromAnotherJob() throws Exception {
    PendingJob other = job("ffffffffffff", "2026-03-01T12:00:00Z", PLAN);
    inbox.ask(job());
    inbox.ask(other);
    desk.answer(other, true, "", identity);
    Files.copy(state.resolve("decisions/ffffffffffff.json"), decision());

    assertThatThrownBy(() -> inbox.poll(JOB, PLAN))
        .hasMessageContaining("another job or another plan");
  }

  @Test
  void believesNobodyElsesSignature() throws Exception {
    for (Principal other :
        List.of(
            Principal.party("hospital-b"),
            new Principal(Role.RESEARCHER, "hospital-a"),
            Principal.coordinator("coordinator"))) {
      inbox.ask(job());
      desk.answer(job(), true, "", enrolled.identity(other));

      assertThatThrownBy(() -> inbox.poll(JOB, PLAN))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("is signed by " + other + ", not by party:hospital-a");
      inbox.close(JOB);
    }
  }

  @Test
  void believesNoUnsignedOrRelabelledOrChangedAnswer() throws Exception {
    ObjectMapper json = new ObjectMapper();
    byte[] verdict =
        json.writeValueAsBytes(new Verdict(JOB, PLAN, true, "", "2026-03-01T12:00:00Z"));
    SignedDocument manifest = identity.sign("manifest", verdict);
    SignedDocument good = identity.sign("approval", verdict);
    SignedDocument changed =
        new SignedDocument(
            "approval",
            new String(verdict, StandardCharsets.UTF_8)
                .replace("true", "1234")
                .getBytes(StandardCharsets.UTF_8),
            good.certificate(),
            good.signature());
    inbox.ask(job());

    for (byte[] content :
        List.of(
            verdict,
            json.writeValueAsBytes(manifest),
            json.writeValueAsBytes(changed),
            "approved".getBytes(StandardCharsets.UTF_8))) {
      Files.write(decision(), content);
      assertThatThrownBy(() -> inbox.poll(JOB, PLAN)).isInstanceOf(UserException.class);
    }
    Files.write(decision(), json.writeValueAsBytes(good));
    assertThat(inbox.poll(JOB, PLAN)).isPresent();
  }

  @Test
  void keepsAnAnswerWhenTheNodeAsksAgainUnlessThePlanChanged() throws Exception {
    inbox.ask(job());
    desk.answer(job(), true, "", identity);
    inbox.ask(job());
    assertThat(inbox.poll(JOB, PLAN)).isPresent();

    String newPlan = "cd".repeat(32);
    inbox.ask(job(JOB, "2026-03-01T12:00:00Z", newPlan));

    assertThat(inbox.poll(JOB, newPlan)).isEmpty();
    assertThat(desk.waiting()).hasSize(1);
  }

  @Test
  void listsTheOldestFirst() throws Exception {
    PendingJob late = job("000000000001", "2026-03-02T12:00:00Z", PLAN);
    inbox.ask(late);
    inbox.ask(job());

    assertThat(desk.waiting()).containsExactly(job(), late);
  }

  @Test
  void writesFilesForTheOwnerOnly() throws Exception {
    inbox.ask(job());
    desk.answer(job(), true, "", identity);

    for (Path file : List.of(decision(), state.resolve("pending").resolve(JOB + ".json"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../../etc/pwd", "0123456789a", "0123456789AB", "0123456789ab.json"})
  void refusesIdsThatAreNone(String id) {
    assertThatThrownBy(() -> desk.find(id))
        .isInstanceOf(UserException.class)
        .hasMessage("A job's id is 12 hexadecimal digits.");
    assertThatThrownBy(() -> inbox.poll(id, PLAN)).isInstanceOf(IllegalArgumentException.class);
  }
}
