package io.consilium.coordinator.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.ReportDocument.Content;
import io.consilium.coordinator.contract.ReportDocument.Failed;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Phase;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Decision;
import io.consilium.coordinator.contract.VerdictDocument.Pending;
import io.consilium.coordinator.contract.VerdictDocument.Refused;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The life cycle, without any machinery: events in, state out. */
final class JobTest {

  private static final Patience PATIENCE = Patience.standard(Duration.ofSeconds(60));
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<String> ABC = List.of("a", "b", "c");
  private static final String PLAN = "ab".repeat(32);
  private static final SignedDocument SIGNED =
      new SignedDocument("report", new byte[] {1}, new byte[] {2}, new byte[] {3});
  private static final Principal ANNA = new Principal(Role.RESEARCHER, "anna");

  private Job job =
      Job.submitted(
          new JobId("0123456789ab"),
          new Envelope("train", "risk", ABC, ABC),
          ANNA,
          START,
          PATIENCE);
  private Instant now = START;

  @Test
  void saysAtOnceWhoIsNotRunning() {
    present("a", "c");
    next(new JobEvent.Tick(now));

    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
    assertThat(job.waitingFor())
        .containsEntry("b", "is not running")
        .containsEntry("a", "is checking the plan");
  }

  @Test
  void givesUpOnAPartyThatDoesNotStart() {
    present("a", "c");
    after(59);
    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);

    after(1);

    assertEnded(JobStatus.FAILED, FailureKind.NOT_READY, "b is not running");
  }

  @Test
  void isQueuedWhenEverybodyAcceptsTheSamePlan() {
    approve();

    assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
    assertThat(job.isReady()).isTrue();
  }

  @Test
  void failsWhenPlansDiffer() {
    present("a", "b", "c");
    decide("a", new Accepted(PLAN));
    decide("b", new Accepted(PLAN));
    decide("c", new Accepted("cd".repeat(32)));

    assertEnded(JobStatus.FAILED, FailureKind.BAD_DATA, "a, b (abababab); c (cdcdcdcd)");
  }

  @Test
  void isRefusedWithTheReason() {
    present("a", "b", "c");
    decide("b", new Refused(FailureKind.NOT_ALLOWED, "No weights."));

    assertEnded(JobStatus.REFUSED, FailureKind.NOT_ALLOWED, "b refused: No weights.");
  }

  @Test
  void waitsForAnOfficerButNotForEver() {
    present("a", "b", "c");
    decide("a", new Accepted(PLAN));
    decide("b", new Pending("the data officer"));
    decide("c", new Accepted(PLAN));
    after(6 * 86_400);
    assertThat(job.waitingFor()).containsEntry("b", "has to decide: the data officer");

    after(2 * 86_400);

    assertEnded(JobStatus.FAILED, FailureKind.NOT_READY, "b did not decide within 7 days");
  }

  @Test
  void aPendingApprovalSurvivesTheAbsenceOfEverybody() {
    present("a", "b", "c");
    decide("a", new Accepted(PLAN));
    decide("b", new Pending("the data officer"));
    decide("c", new Accepted(PLAN));

    ABC.forEach(party -> next(new JobEvent.PartyAbsent(now, party)));
    after(86_400);
    next(new JobEvent.Restarted(now));
    after(86_400);

    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
    for (String party : ABC) {
      next(new JobEvent.PartyPresent(now, party, party + " restarted"));
      decide(party, new Accepted(PLAN));
    }
    assertThat(job.isReady()).isTrue();
    next(new JobEvent.PartyAbsent(now, "c"));
    after(86_400);
    assertThat(job.status())
        .as("an approval is not lost while c is away")
        .isEqualTo(JobStatus.QUEUED);
    after(5 * 86_400);
    assertEnded(JobStatus.FAILED, FailureKind.NOT_READY, "c did not decide within 7 days");
  }

  @Test
  void aPartyThatCameBackHasTimeToDecideAgain() {
    present("a", "b", "c");
    decide("b", new Pending("the data officer"));
    decide("c", new Pending("the other officer"));
    decide("a", new Accepted(PLAN));
    after(3_600);

    next(new JobEvent.PartyPresent(now, "a", "second process"));
    after(599);
    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
    after(2);

    assertEnded(JobStatus.FAILED, FailureKind.PEER_UNAVAILABLE, "a did not answer");
  }

  @Test
  void givesUpOnAPartyThatSaysNothing() {
    present("a", "b", "c");
    decide("a", new Accepted(PLAN));
    after(601);

    assertEnded(JobStatus.FAILED, FailureKind.PEER_UNAVAILABLE, "b, c did not answer");
  }

  @Test
  void asksAgainWhenAPartyThatAcceptedWasRestarted() {
    approve();

    next(new JobEvent.PartyPresent(now, "b", "second process"));

    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
    assertThat(job.seats().get("b").decision()).isEmpty();
  }

  @Test
  void goesThroughSharingAndTrainingToTheModel() {
    run();
    assertThat(job.status()).isEqualTo(JobStatus.SHARING);
    report("a", 0, progress(Phase.SHARING));
    assertThat(job.status()).isEqualTo(JobStatus.SHARING);
    report("a", 1, progress(Phase.TRAINING));
    assertThat(job.status()).isEqualTo(JobStatus.TRAINING);
    ABC.forEach(party -> report(party, 9, succeeded("1")));

    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(Views.model(job).orElseThrow().version()).isEqualTo("1");
  }

  @Test
  void ignoresOldReportsAndReportsOfAnotherAttempt() {
    run();
    report("a", 5, progress(Phase.TRAINING));
    Job before = job;

    report("a", 5, failed(FailureKind.INTERNAL, "a"));
    next(
        new JobEvent.Reported(
            now, new ReportDocument(job.id(), 2, "a", 9, succeeded("1")), SIGNED));

    assertThat(job).isEqualTo(before);
  }

  @Test
  void refusesModelsOfDifferentVersions() {
    run();
    report("a", 0, succeeded("1"));
    report("b", 0, succeeded("1"));
    report("c", 0, succeeded("2"));

    assertEnded(JobStatus.FAILED, FailureKind.INTERNAL, "different names or versions");
  }

  @Test
  void believesAPartyThatBlamesItself() {
    run();
    report("a", 0, failed(FailureKind.PEER_UNAVAILABLE, "b"));
    report("b", 0, failed(FailureKind.BAD_DATA, "b"));
    report("c", 0, failed(FailureKind.PEER_UNAVAILABLE, "a"));

    assertEnded(JobStatus.FAILED, FailureKind.BAD_DATA, "b, epoch 3");
    assertThat(job.ending().orElseThrow().culprit()).contains("b");
  }

  @Test
  void blamesTheSilentPartyNotTheOneThatStoppedInTurn() {
    run();
    report("c", 0, failed(FailureKind.PEER_UNAVAILABLE, "a"));
    report("a", 0, failed(FailureKind.PEER_UNAVAILABLE, "b"));
    assertThat(job.status()).isEqualTo(JobStatus.SHARING);
    after(3);

    assertEnded(JobStatus.FAILED, FailureKind.PEER_UNAVAILABLE, "The fault is with b.");
    assertThat(job.ending().orElseThrow().culprit()).contains("b");
  }

  @Test
  void namesAPartyThatWasLost() {
    run();
    next(new JobEvent.PartyAbsent(now, "c"));
    after(4);
    assertThat(job.status()).isEqualTo(JobStatus.SHARING);
    after(1);
    after(3);

    assertEnded(JobStatus.FAILED, FailureKind.PEER_UNAVAILABLE, "c was lost");
  }

  @Test
  void survivesAShortInterruption() {
    run();
    next(new JobEvent.PartyAbsent(now, "c"));
    after(4);
    next(new JobEvent.PartyPresent(now, "c", "process of c"));
    after(60);

    assertThat(job.status()).isEqualTo(JobStatus.SHARING);
  }

  @Test
  void namesAPartyThatWasRestartedInBetween() {
    run();
    next(new JobEvent.PartyPresent(now, "b", "second process"));
    after(3);

    assertEnded(JobStatus.FAILED, FailureKind.PEER_UNAVAILABLE, "b was restarted");
  }

  @Test
  void waitsForThePartiesAfterTheCoordinatorWasRestarted() {
    run();
    next(new JobEvent.Restarted(now));
    after(30);
    present("a", "b");
    after(29);
    assertThat(job.status()).isEqualTo(JobStatus.SHARING);

    after(1);
    after(3);

    assertEnded(JobStatus.FAILED, FailureKind.PEER_UNAVAILABLE, "c was lost");
  }

  @Test
  void isCancelledInAnyStateAndThenNothingChangesIt() {
    run();
    next(new JobEvent.CancelOrdered(now, ANNA, "wrong study"));
    Job cancelled = job;
    ABC.forEach(party -> report(party, 9, succeeded("1")));

    assertThat(job).isSameAs(cancelled);
    assertEnded(JobStatus.CANCELLED, FailureKind.NOT_READY, "Cancelled by anna. wrong study");
  }

  private void run() {
    approve();
    next(new JobEvent.Began(now, new StartDocument(job.id(), 1, "0f".repeat(16), PLAN, PLAN, ABC)));
  }

  private void approve() {
    present("a", "b", "c");
    ABC.forEach(party -> decide(party, new Accepted(PLAN)));
  }

  private void present(String... parties) {
    for (String party : parties) {
      next(new JobEvent.PartyPresent(now, party, "process of " + party));
    }
  }

  private void decide(String party, Decision decision) {
    next(new JobEvent.Decided(now, party, decision));
  }

  private void report(String party, long sequence, Content content) {
    next(
        new JobEvent.Reported(
            now, new ReportDocument(job.id(), 1, party, sequence, content), SIGNED));
  }

  private void after(long seconds) {
    now = now.plusSeconds(seconds);
    next(new JobEvent.Tick(now));
  }

  private void next(JobEvent event) {
    job = job.next(event, PATIENCE);
  }

  private static Progress progress(Phase phase) {
    return new Progress(phase, 0, 0, 1, 20, 1, 10, 1, 1, 17);
  }

  private static Succeeded succeeded(String version) {
    return new Succeeded(new ModelName("risk", version), 1, 17, 1);
  }

  private static Failed failed(FailureKind kind, String culprit) {
    return new Failed(kind, "epoch 3", "It broke.", Optional.of(culprit));
  }

  private void assertEnded(JobStatus status, FailureKind kind, String reason) {
    assertThat(job.status()).isEqualTo(status);
    assertThat(job.ending().orElseThrow().kind()).isEqualTo(kind);
    assertThat(job.ending().orElseThrow().reason()).contains(reason);
  }
}
