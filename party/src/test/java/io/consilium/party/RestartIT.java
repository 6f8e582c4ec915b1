package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.party.cli.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not get lost when nodes restart, and what needs no restart. */
final class RestartIT {

  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final String OFFICERS = "hospital-a";
  private static final String QUESTION = "dose,level,kind\n1.5,20,mixed\n";
  private static final int POLLS_MAX = 600;
  private static final long POLL_MILLIS = 100;

  @TempDir static Path directory;

  private static TestConsortium consortium;

  @BeforeAll
  static void startEverybody() throws Exception {
    consortium = TestConsortium.of(directory, "hospital-a", "hospital-b", "hospital-c");
    consortium.write(
        "coordinator/coordinator.yaml",
        """
        identity: identity
        consortium: ../consortium.yaml
        state: state
        partyWaitSeconds: 1
        """);
    consortium.startCoordinator();
    consortium.start("hospital-a", "hospital-b", "hospital-c");
  }

  @AfterAll
  static void stopEverybody() {
    consortium.close();
  }

  private static ObjectNode study(String name) {
    ObjectNode manifest = Studies.logistic(name, ALL, ALL);
    manifest.withObject("training").put("epochs", 1);
    return manifest;
  }

  private static JobId pending(String name) throws Exception {
    consortium.policy(OFFICERS, "manual", Map.of());
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      JobId id = consortium.submit(study(name));
      JobView job =
          consortium.until(
              id,
              seen ->
                  seen.status().isRunning()
                      || seen.status().isFinal()
                      || seen.waitingFor().toString().contains("officer"));
      if (job.status() == JobStatus.AWAITING_APPROVAL) {
        return id;
      }
      JobView _ = consortium.end(id); // The new policy has not been read yet.
    }
    throw new AssertionError("the policy was not read again");
  }

  @Test
  void aPendingApprovalSurvivesTheRestartOfEverybody() throws Exception {
    JobId id = pending("patient");

    consortium.stop("hospital-c");
    consortium.until(id, job -> job.waitingFor().contains("hospital-c is not running"));
    consortium.stopCoordinator();
    consortium.stop("hospital-a");
    consortium.stop("hospital-b");
    Shell.Result answer =
        Shell.run("party", "approve", id, "--yes", "--config", consortium.config(OFFICERS));
    assertThat(answer.exit()).isZero();
    consortium.startCoordinator();
    consortium.start("hospital-a", "hospital-b");
    // The officer's answer is kept while the job waits for the last party.
    consortium.until(id, job -> job.waitingFor().equals(List.of("hospital-c is not running")));
    consortium.stop("hospital-a");
    consortium.start("hospital-a", "hospital-c");

    assertThat(consortium.end(id).status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(Shell.run("party", "pending", "--config", consortium.config(OFFICERS)).out())
        .doesNotContain(id.toString());
  }

  @Test
  void aPolicyThatChangesDecidesAgainAboutJobsThatHaveNotBegun() throws Exception {
    JobId allowed = pending("allowed");
    consortium.policy(OFFICERS, "auto", Map.of());
    assertThat(consortium.end(allowed).status()).isEqualTo(JobStatus.SUCCEEDED);

    JobId forbidden = pending("forbidden");
    Path policy = consortium.home(OFFICERS).resolve("policy.yaml");
    Files.writeString(
        policy, Files.readString(policy).replace("submitters: [anna]", "submitters: [bert]"));
    JobView ended = consortium.end(forbidden);

    assertThat(ended.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(ended.exitCode()).isEqualTo(FailureKind.NOT_ALLOWED.exitCode());
    assertThat(Shell.run("party", "pending", "--config", consortium.config(OFFICERS)).out())
        .doesNotContain(forbidden.toString());
  }

  @Test
  void aPolicyThatIsWrongChangesNothing() throws Exception {
    JobId id = pending("waiting");
    Path policy = consortium.home(OFFICERS).resolve("policy.yaml");
    String good = Files.readString(policy);

    Files.writeString(policy, good.replace("approval: manual", "approval: perhaps"));
    JobId another = consortium.submit(study("another"));
    consortium.until(another, job -> job.waitingFor().toString().contains("officer"));

    Files.writeString(policy, good.replace("approval: manual", "approval: auto"));
    assertThat(consortium.end(id).status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(consortium.end(another).status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  void limitsOfServingFollowThePolicyAtOnce() throws Exception {
    Path policy = consortium.home(OFFICERS).resolve("policy.yaml");
    JobId id = pending("served");
    consortium.policy(OFFICERS, "auto", Map.of());
    assertThat(consortium.end(id).status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(consortium.predict("served", QUESTION).exit()).isZero();

    Files.writeString(policy, Files.readString(policy).replace("clients: [clinic]", "clients: []"));

    Shell.Result answer = consortium.predict("served", QUESTION);
    for (int poll = 0; poll < POLLS_MAX && answer.exit() == 0; poll++) {
      Thread.sleep(POLL_MILLIS);
      answer = consortium.predict("served", QUESTION);
    }
    assertThat(answer.exit()).isEqualTo(ExitCode.NOT_ALLOWED.code());
    assertThat(answer.err()).contains("policy does not let client:clinic ask");
  }

  @Test
  void aPartyIsAddedAndRemovedWithoutARestart() throws Exception {
    Path file = directory.resolve("consortium.yaml");
    String before = Files.readString(file);

    consortium.add("hospital-d");
    consortium.start("hospital-d");

    assertThat(consortium.up()).contains("hospital-d");
    Files.writeString(file, before);
    for (int poll = 0; poll < POLLS_MAX && consortium.up().contains("hospital-d"); poll++) {
      Thread.sleep(POLL_MILLIS);
    }
    assertThat(consortium.up()).doesNotContain("hospital-d").containsAll(ALL);
    consortium.stop("hospital-d");
  }
}
