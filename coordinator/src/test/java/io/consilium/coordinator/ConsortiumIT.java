package io.consilium.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.cli.CoordinatorMain;
import io.consilium.coordinator.cli.CoordinatorNode;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.contract.ReportDocument.Failed;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Phase;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.contract.VerdictDocument.Refused;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator and three parties, each with its own actor system, over mutual TLS; and a
 * researcher over HTTPS. The tests share the cluster and run in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ConsortiumIT {

  private static final List<String> NAMES = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final int POLLS_MAX = 600;

  @TempDir static Path directory;

  private static TestConsortium consortium;
  private static CoordinatorNode coordinator;
  private static ScriptedParty a;
  private static ScriptedParty b;
  private static ScriptedParty c;
  private static ApiClient api;

  @BeforeAll
  static void startEverybody() throws Exception {
    consortium = TestConsortium.of(directory, NAMES.toArray(String[]::new));
    coordinator = CoordinatorNode.start(consortium.coordinatorConfig(), consortium.consortium());
    a = new ScriptedParty(consortium, "hospital-a");
    b = new ScriptedParty(consortium, "hospital-b");
    c = new ScriptedParty(consortium, "hospital-c");
    api = ApiClient.of(ProfileConfig.load(consortium.profile(Role.RESEARCHER, "anna")));
    untilUp(NAMES.size());
  }

  @AfterAll
  static void stopEverybody() {
    api.close();
    a.close();
    b.close();
    c.close();
    coordinator.close();
  }

  @Test
  @Order(1)
  void aJobRunsFromSubmissionToModel() throws Exception {
    JobId id = submit();
    everybodyAccepts();
    assertThat(a.start().parties()).isEqualTo(NAMES);
    assertThat(b.start().sessionId()).isEqualTo(c.start().sessionId());
    assertThat(api.job(id).status()).isEqualTo(JobStatus.SHARING);

    a.report(id, progress(3));

    JobView training = until(id, job -> job.status() == JobStatus.TRAINING);
    assertThat(training.progress().orElseThrow().epoch()).isEqualTo(3);

    for (ScriptedParty party : List.of(a, b, c)) {
      party.report(id, succeeded());
    }

    JobView done = until(id, job -> job.status().isFinal());
    assertThat(done.status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(done.exitCode()).isZero();
    assertThat(api.models()).singleElement().extracting("name").isEqualTo("heart-risk");
  }

  @Test
  @Order(2)
  void aRefusalComesBackWithItsReason() throws Exception {
    JobId id = submit();
    a.accept(a.proposal());
    c.accept(c.proposal());
    b.decide(
        b.proposal(), new Refused(FailureKind.NOT_ALLOWED, "Disclosing weights is forbidden."));

    JobView job = until(id, view -> view.status().isFinal());

    assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(job.failure().orElseThrow().reason())
        .isEqualTo("hospital-b refused: Disclosing weights is forbidden.");
    assertThat(job.exitCode()).isEqualTo(77);
    assertThat(a.cancellation()).contains("hospital-b refused");
  }

  @Test
  @Order(3)
  void theResearcherCancelsAndNobodyElse() throws Exception {
    JobId id = submit();
    everybodyAccepts();
    a.start();
    b.start();
    c.start();
    try (ApiClient other =
        ApiClient.of(ProfileConfig.load(consortium.profile(Role.RESEARCHER, "bert")))) {
      assertThatThrownBy(() -> other.cancel(id, "mine"))
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(65))
          .hasMessage("There is no job " + id + ".");
      assertThatThrownBy(() -> other.job(id)).hasMessage("There is no job " + id + ".");
      assertThat(other.jobs()).isEmpty();
      assertThat(other.models()).isEmpty();
    }

    api.cancel(id, "wrong study");

    assertThat(api.job(id).status()).isEqualTo(JobStatus.CANCELLED);
    drainCancellations();
    assertThat(b.cancellation()).isEqualTo("wrong study");
  }

  @Test
  @Order(4)
  void theSecondJobWaitsForTheFirst() throws Exception {
    JobId first = submit();
    everybodyAccepts();
    a.start();
    JobId second = submit();
    everybodyAccepts();
    until(second, job -> job.status() == JobStatus.QUEUED);

    a.report(
        first,
        new Failed(
            FailureKind.BAD_DATA,
            "reading",
            "row 7, column age: no number",
            Optional.of("hospital-a")));

    JobView failed = until(first, job -> job.status().isFinal());
    assertThat(failed.failure().orElseThrow().culprit()).contains("hospital-a");
    assertThat(failed.exitCode()).isEqualTo(65);
    until(second, job -> job.status() == JobStatus.SHARING);
    api.cancel(second, "");
  }

  @Test
  @Order(5)
  void aRestartedCoordinatorKeepsJobsModelsAndTheRunningAttempt() throws Exception {
    JobId id = submit();
    everybodyAccepts();
    until(id, job -> job.status() == JobStatus.SHARING);
    int jobs = api.jobs().size();

    coordinator.close();
    coordinator = CoordinatorNode.start(consortium.coordinatorConfig(), consortium.consortium());
    untilUp(NAMES.size());

    assertThat(api.jobs()).hasSize(jobs);
    assertThat(api.models()).hasSize(1);
    assertThat(api.job(id).status()).isEqualTo(JobStatus.SHARING);
    for (ScriptedParty party : List.of(a, b, c)) {
      party.report(id, succeeded());
    }
    assertThat(until(id, job -> job.status().isFinal()).status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @Test
  @Order(6)
  void theCommandLineSubmitsFollowsAndShows() throws Exception {
    Path profile = consortium.profile(Role.RESEARCHER, "anna");
    Path study = directory.resolve("study.yaml");
    Files.writeString(
        study,
        """
        kind: train
        name: heart-risk
        parties: [hospital-a, hospital-b, hospital-c]
        computeParties: [hospital-c, hospital-a, hospital-b]
        """);
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      CompletableFuture<Integer> train =
          CompletableFuture.supplyAsync(() ->
              CoordinatorMain.run("train", study.toString(), "--profile", profile.toString()));
      JobId id = a.proposal();
      a.accept(id);
      b.accept(b.proposal());
      c.accept(c.proposal());
      until(id, job -> job.status() == JobStatus.SHARING);
      a.report(id, progress(1));
      for (ScriptedParty party : List.of(a, b, c)) {
        party.report(id, succeeded(), results(0.8123));
      }

      assertThat(train.get(60, TimeUnit.SECONDS)).isZero();
      assertKeptSealed(id);
      String shown =
          shown(() ->
              CoordinatorMain.run("jobs", "show", id.value(), "--profile", profile.toString()));
      assertThat(shown).contains("hospital-c, hospital-a and hospital-b say the same");
      assertThat(CoordinatorMain.run("jobs", "list", "--profile", profile.toString())).isZero();
      assertThat(
              CoordinatorMain.run(
                  "models", "show", "heart-risk", "--json", "--profile", profile.toString()))
          .isZero();
      assertThat(CoordinatorMain.run("jobs", "show", "nonsense", "--profile", profile.toString()))
          .isEqualTo(64);
      assertThat(CoordinatorMain.run("models", "show", "no", "--profile", profile.toString()))
          .isEqualTo(65);
      assertThat(CoordinatorMain.run("jobs", "list", "--profile", "/no/such.yaml")).isEqualTo(65);
      assertThat(CoordinatorMain.run("trian")).isEqualTo(64);
    } finally {
      System.setOut(out);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(text)
        .contains("(heart-risk): SUCCEEDED")
        .contains("kept as shares at hospital-c, hospital-a, hospital-b")
        .containsPattern("accuracy +0.8123 +- +20 +74 validation records +share of records")
        .containsPattern("JOB +NAME +STATE")
        .contains("\"computeParties\":[\"hospital-c\",\"hospital-a\",\"hospital-b\"]");
  }

  @Test
  @Order(7)
  void aPartyThatGoesAwayEndsTheJobAndIsNamed() throws Exception {
    JobId id = submit();
    everybodyAccepts();
    until(id, job -> job.status() == JobStatus.SHARING);

    c.close();

    JobView failed = until(id, job -> job.status().isFinal());
    assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
    assertThat(failed.failure().orElseThrow().culprit()).contains("hospital-c");
    assertThat(failed.exitCode()).isEqualTo(69);
  }

  @Test
  @Order(8)
  void aPartyThatIsNotUpIsNamedAtOnceAndEndsTheJobInTheEnd() throws Exception {
    JobId id = JobId.random(new SecureRandom());

    JobView job = api.submit(request(id));

    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
    assertThat(job.waitingFor()).contains("hospital-c is not running");
    JobView failed = until(id, view -> view.status().isFinal());
    assertThat(failed.failure().orElseThrow().reason()).startsWith("hospital-c is not running");
    assertThat(failed.exitCode()).isEqualTo(75);
  }

  private static JobId submit() throws Exception {
    JobId id = JobId.random(new SecureRandom());
    api.submit(request(id));
    return id;
  }

  private static JobRequest request(JobId id) throws Exception {
    byte[] manifest =
        Json.bytes(
            Map.of(
                "kind", "train", "name", "heart-risk", "parties", NAMES, "computeParties", NAMES));
    SignedDocument signed = api.identity().sign(Document.MANIFEST_KIND, manifest);
    return new JobRequest(
        signed,
        Document.sign(
            api.identity(), new SubmissionDocument(id, Papers.sha256(signed), Instant.now())));
  }

  private static void everybodyAccepts() throws InterruptedException {
    for (ScriptedParty party : List.of(a, b, c)) {
      party.accept(party.proposal());
    }
  }

  private static void drainCancellations() throws InterruptedException {
    assertThat(b.cancellation()).contains("hospital-b refused");
  }

  /** What is disclosed to the researcher is nowhere at the coordinator. */
  private static void assertKeptSealed(JobId id) throws Exception {
    String file = Files.readString(directory.resolve("state/jobs/" + id + ".json"));
    String answer = Json.mapperCopy().writeValueAsString(api.job(id));
    byte[] report = api.job(id).reports().getFirst().document();
    for (String text : List.of(file, answer, new String(report, StandardCharsets.UTF_8))) {
      assertThat(text).doesNotContain("0.8123", "share of records");
    }
    assertThat(new String(report, StandardCharsets.UTF_8)).contains("\"box\"");
  }

  private static String shown(Supplier<Integer> command) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(command.get()).isZero();
    } finally {
      System.setOut(out);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static Results results(double accuracy) {
    return new Results(
        List.of(
            Results.Metric.of(
                "accuracy", Optional.empty(), 20, accuracy, Results.Undefined.NO_NUMBER)),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(
            new Results.Evaluation(
                Optional.empty(), Results.Part.VALIDATION, Optional.of(74L), Optional.empty())),
        Map.of("accuracy", "share of records"),
        List.of());
  }

  private static Progress progress(int epoch) {
    return new Progress(Phase.TRAINING, 0, 0, epoch, 20, 4, 10, 1234.5, 1 << 20, 17);
  }

  private static Succeeded succeeded() {
    return new Succeeded(new ModelName("heart-risk", "1"), 2 << 20, 17, 4.2);
  }

  private static JobView until(JobId id, Predicate<JobView> condition) throws Exception {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      JobView job = api.job(id);
      if (condition.test(job)) {
        return job;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("still " + api.job(id));
  }

  private static void untilUp(int count) throws Exception {
    for (int poll = 0; poll < POLLS_MAX; poll++) {
      if (api.parties().stream().filter(PartyView::up).count() == count) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("parties: " + api.parties());
  }
}
