package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.Enrolled;
import io.consilium.party.approval.ApprovalInbox;
import io.consilium.party.approval.PendingJob;
import io.consilium.party.approval.Verdict;
import io.consilium.party.audit.AuditEvent;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.cli.Shell.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartyCommandTest {

  private static final Principal HOSPITAL = Principal.party("hospital-a");
  private static final String JOB = "0123456789ab";
  private static final String PLAN = "ab".repeat(32);

  @TempDir private Path directory;
  private Identity identity;
  private Path state;
  private Path config;
  private ApprovalInbox inbox;

  @BeforeEach
  void configure() throws Exception {
    Path own = new Enrolled(directory).directory(HOSPITAL);
    identity = Identity.load(own);
    state = directory.resolve("state");
    config = directory.resolve("party.yaml");
    Files.writeString(
        config,
        "identity: "
            + own.getFileName()
            + "\nconsortium: consortium.yaml\nstate: state\npolicy: policy.yaml\n");
    inbox = new ApprovalInbox(state, identity.trust(), HOSPITAL);
  }

  private void ask(String purpose) throws Exception {
    inbox.ask(
        new PendingJob(
            JOB,
            PLAN,
            "heart-risk",
            "anna",
            purpose,
            "2026-03-01T12:00:00Z",
            List.of("Opens loss to the researcher.")));
  }

  private Result party(String verb, Object... more) {
    Object[] all = new Object[more.length + 4];
    all[0] = "party";
    all[1] = verb;
    all[2] = "--config";
    all[3] = config;
    System.arraycopy(more, 0, all, 4, more.length);
    return Shell.run(all);
  }

  @Test
  void showsWhatWaits() throws Exception {
    assertThat(party("pending").out()).contains("No job waits");
    ask("Early warning\u001b[2J\u202e, ethics 2026/114");

    Result shown = party("pending");

    assertThat(shown.exit()).isZero();
    assertThat(shown.out())
        .contains("Job 0123456789ab, model heart-risk")
        .contains("Early warning?[2J?, ethics 2026/114")
        .contains("- Opens loss to the researcher.");
    assertThat(party("pending", "--json").out()).startsWith("[{\"job\":\"0123456789ab\"");
  }

  @Test
  void approves() throws Exception {
    ask("Early warning");

    Result approved = party("approve", JOB, "--yes");

    assertThat(approved.exit()).as(approved.err()).isZero();
    assertThat(inbox.poll(JOB, PLAN)).get().extracting(Verdict::approved).isEqualTo(true);
    assertThat(party("approve", JOB, "--yes").exit()).isEqualTo(77);
  }

  @Test
  void refusesWithAReason() throws Exception {
    ask("Early warning");

    assertThat(party("refuse", JOB).exit()).isEqualTo(64);
    assertThat(party("refuse", JOB, "--reason", "No ethics vote").exit()).isZero();

    assertThat(inbox.poll(JOB, PLAN)).get().extracting(Verdict::reason).isEqualTo("No ethics vote");
  }

  @Test
  void saysWhatIsWrongWithAnId() throws Exception {
    assertThat(party("approve", "ffffffffffff", "--yes").exit()).isEqualTo(65);
    assertThat(party("approve", "nonsense", "--yes").exit()).isEqualTo(64);
  }

  @Test
  void saysWhatIsWrongWithTheConfiguration() throws Exception {
    Files.writeString(config, "identity: x\n");
    Result incomplete = party("pending");
    Files.delete(config);
    Result absent = party("pending");

    assertThat(incomplete.exit()).isEqualTo(65);
    assertThat(incomplete.err()).contains("party.yaml").doesNotContain("\tat ");
    assertThat(absent.exit()).isEqualTo(65);
    assertThat(absent.err()).contains("party.yaml does not exist");
  }

  @Test
  void showsTheAuditLogAndNoticesAnEdit() throws Exception {
    assertThat(party("audit").err()).contains("has not run yet");
    try (AuditLog log = AuditLog.open(state, identity, Clock.systemUTC())) {
      log.append(
          new AuditEvent("researcher:anna", "job.refused", JOB, Map.of("reason", "minRows")));
    }

    assertThat(party("audit").out())
        .contains("researcher:anna")
        .contains("job.refused")
        .contains("reason=minRows");
    assertThat(party("audit", "--verify").out()).contains("The audit log is whole: 1 entries.");
    assertThat(party("audit", "--json").out()).startsWith("{\"seq\":1,");

    Path file = state.resolve("audit.jsonl");
    Files.writeString(file, Files.readString(file).replace("refused", "accepted"));
    Result edited = party("audit", "--verify");

    assertThat(edited.exit()).isEqualTo(65);
    assertThat(edited.err()).contains("line 1 was changed");
  }
}
