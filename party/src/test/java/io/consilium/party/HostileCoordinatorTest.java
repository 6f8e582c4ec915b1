package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.dataplane.HolderUpload;
import io.consilium.party.dataplane.InputRows;
import io.consilium.party.dataplane.PlanAcceptance;
import io.consilium.party.dataplane.ServingTerms;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.SessionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a coordinator can reach that says whatever it likes to each hospital, alone, with a
 * researcher or with a hospital: three compute parties and one that only brings records.
 */
final class HostileCoordinatorTest {
  private static final List<String> COMPUTING = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final String HOLDER = "hospital-d";
  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c", HOLDER);

  private final SecureRandom random = new SecureRandom();
  private final JobId job = JobId.random(random);
  private final SessionId session = new SessionId(random.nextLong(), random.nextLong());

  @TempDir Path directory;

  private TestConsortium consortium;
  private Identity anna;
  private List<Hospital> hospitals;

  @BeforeEach
  void start() throws Exception {
    consortium = TestConsortium.of(directory, ALL.toArray(String[]::new));
    anna = Identity.load(consortium.home(TestConsortium.RESEARCHER).resolve("identity"));
    hospitals = new ArrayList<>();
    for (String name : ALL) {
      letOneHospitalBringRecords(name);
      hospitals.add(Hospital.open(consortium, name));
    }
  }

  /** The records are of one hospital that does not compute; the rules are about others here. */
  private void letOneHospitalBringRecords(String name) throws IOException {
    Path policy = consortium.home(name).resolve("policy.yaml");
    Files.writeString(
        policy, Files.readString(policy).replaceFirst("minParties: \\d+", "minParties: 1"));
  }

  @AfterEach
  void stop() throws Exception {
    for (Hospital hospital : hospitals) {
      hospital.close();
    }
    consortium.close();
  }

  private Hospital of(String name) {
    return hospitals.get(ALL.indexOf(name));
  }

  private static ObjectNode manifest() {
    ObjectNode manifest = Studies.logistic("risk", ALL, COMPUTING);
    Studies.holders(manifest, HOLDER);
    return manifest;
  }

  private SignedDocument signed(ObjectNode manifest) {
    return anna.sign(Document.MANIFEST_KIND, Json.bytes(manifest));
  }

  private SubmissionDocument submission(SignedDocument manifest) {
    return new SubmissionDocument(job, Papers.sha256(manifest), Instant.now());
  }

  private void propose(Hospital hospital, SignedDocument manifest) {
    hospital.desk.proposed(submission(manifest), manifest, anna.principal());
  }

  private StartDocument start(SignedDocument manifest, String plan, List<String> parties) {
    return new StartDocument(job, 1, session.toString(), Papers.sha256(manifest), plan, parties);
  }

  private void proposeAndStart(Hospital hospital, SignedDocument manifest) throws Exception {
    propose(hospital, manifest);
    hospital.desk.started(start(manifest, hospital.accepted(), ALL));
  }

  // ---- one plan --------------------------------------------------------------------------------

  @Test
  void whatEverybodyHasAcceptedIsComputed() throws Exception {
    assertThatTheJobRuns();
  }

  private void assertThatTheJobRuns() throws Exception {
    SignedDocument manifest = signed(manifest());

    for (Hospital hospital : hospitals) {
      proposeAndStart(hospital, manifest);
    }

    for (Hospital hospital : hospitals) {
      assertThat(hospital.lastWord()).isInstanceOf(ReportDocument.Succeeded.class);
      assertThat(hospital.audit("plan.agreed")).hasSize(1);
      assertThat(hospital.audit("plan.accepted")).hasSize(3);
    }
  }

  @Test
  void nothingIsSharedIfTheHolderWasShownAnotherManifest() throws Exception {
    SignedDocument harmless = signed(manifest());
    ObjectNode other = manifest();
    other.put("purpose", "Something else");
    SignedDocument harmful = signed(other);

    for (Hospital hospital : hospitals) {
      proposeAndStart(hospital, hospital.name().equals(HOLDER) ? harmless : harmful);
    }

    for (Hospital hospital : hospitals) {
      ReportDocument.Failed failed = hospital.failure();
      assertThat(failed.kind()).as(hospital.name()).isEqualTo(FailureKind.NOT_ALLOWED);
      assertThat(failed.phase()).isEqualTo("agreeing on the plan");
      assertThat(failed.reason())
          .contains("was shown another manifest under the same job")
          .contains("nothing was shared");
      assertThat(hospital.audit("plan.mismatch")).hasSize(1);
      assertThat(hospital.audit("plan.mismatch").getFirst())
          .contains("\"ours\":\"statement ")
          .contains("\"theirs\":\"statement ");
      assertThat(hospital.audit("value.opened")).isEmpty();
    }
  }

  @Test
  void nothingIsSharedInDifferentSessions() throws Exception {
    SignedDocument manifest = signed(manifest());

    for (Hospital hospital : hospitals) {
      propose(hospital, manifest);
      String plan = hospital.accepted();
      String own = hospital.name().equals(HOLDER) ? "0f".repeat(16) : session.toString();
      hospital.desk.started(new StartDocument(job, 1, own, Papers.sha256(manifest), plan, ALL));
    }

    for (Hospital hospital : hospitals) {
      assertThat(hospital.failure().reason()).contains("was told another attempt or session");
    }
  }

  // ---- the envelope ----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          computeParties | hospital-b,hospital-b,hospital-b | names a party twice
          computeParties | hospital-a,hospital-b,hospital-x | not among "parties"
          parties        | hospital-a,hospital-b,hospital-c,hospital-x | not a party of trial
          parties        | hospital-b,hospital-c,hospital-d | not among "parties"
          dataHolders    | hospital-d,hospital-d            | names a party twice
          dataHolders    | hospital-x                       | only parties of "parties"
          """)
  void noPartyReliesOnTheCoordinatorsReadingOfTheManifest(String key, String names, String expected)
      throws Exception {
    ObjectNode manifest = manifest();
    var list = manifest.putArray(key);
    for (String name : names.split(",", -1)) {
      list.add(name);
    }
    Hospital hospital = of("hospital-a");

    propose(hospital, signed(manifest));

    assertThat(hospital.refused().reason()).contains(expected);
  }

  @Test
  void aPartyTakesNoPartInWhatLeavesItOut() throws Exception {
    ObjectNode manifest = Studies.logistic("risk", COMPUTING, COMPUTING);
    Hospital hospital = of(HOLDER);

    propose(hospital, signed(manifest));

    assertThat(hospital.refused().reason()).contains("does not name hospital-d");
  }

  @Test
  void aStartForOtherPartiesThanTheManifestsIsRefused() throws Exception {
    SignedDocument manifest = signed(manifest());
    Hospital hospital = of("hospital-a");
    propose(hospital, manifest);

    hospital.desk.started(start(manifest, hospital.accepted(), COMPUTING));

    ReportDocument.Failed failed = hospital.failure();
    assertThat(failed.kind()).isEqualTo(FailureKind.NOT_ALLOWED);
    assertThat(failed.reason()).contains("names other parties than the manifest");
  }

  // ---- once ------------------------------------------------------------------------------------

  private Hospital restarted(String name, Clock clock) throws Exception {
    int place = ALL.indexOf(name);
    hospitals.get(place).close();
    hospitals.set(place, Hospital.open(consortium, name, clock));
    return hospitals.get(place);
  }

  @Test
  void aCancelledJobDoesNotRunAfterARestart() throws Exception {
    SignedDocument manifest = signed(manifest());
    Hospital hospital = of("hospital-a");
    propose(hospital, manifest);
    String plan = hospital.accepted();
    hospital.desk.cancelled(job, "enough", anna.principal());

    hospital.desk.started(start(manifest, plan, ALL));
    propose(hospital, manifest);
    assertThat(hospital.refused().reason()).isEqualTo("Job " + job + " has been cancelled.");

    Hospital again = restarted("hospital-a", Clock.systemUTC());
    propose(again, manifest);
    assertThat(again.refused().reason()).isEqualTo("Job " + job + " has been cancelled.");
  }

  @Test
  void aJobThatWasCancelledWhileThePartyWasAwayDoesNotRun() throws Exception {
    SignedDocument manifest = signed(manifest());
    Hospital hospital = of("hospital-a");
    hospital.desk.cancelled(job, "enough", anna.principal());

    propose(hospital, manifest);

    assertThat(hospital.refused().reason()).isEqualTo("Job " + job + " has been cancelled.");
  }

  @Test
  void aJobThatRanDoesNotRunAgainAndIsForgottenAfterItsOrderHasExpired() throws Exception {
    SignedDocument manifest = signed(manifest());
    Hospital hospital = of("hospital-a");
    propose(hospital, manifest);
    hospital.desk.started(start(manifest, hospital.accepted(), ALL));
    hospital.untilAtWork();
    hospital.desk.cancelled(job, "stop", new Principal(Role.COORDINATOR, "coordinator"));
    assertThat(hospital.failure().kind()).isEqualTo(FailureKind.NOT_READY);

    Hospital again = restarted("hospital-a", Clock.systemUTC());
    propose(again, manifest);
    assertThat(again.refused().reason()).isEqualTo("Job " + job + " has been run here already.");

    Duration later = SubmissionDocument.VALIDITY.plusSeconds(1);
    Hospital muchLater = restarted("hospital-a", Clock.offset(Clock.systemUTC(), later));
    SubmissionDocument old = submission(manifest);
    SignedDocument otherManifest = signed(manifest());
    muchLater.desk.proposed(
        new SubmissionDocument(
            JobId.random(random),
            Papers.sha256(otherManifest),
            old.submittedAt(),
            old.expiresAt(),
            Optional.empty()),
        otherManifest,
        anna.principal());
    assertThat(muchLater.refused().reason()).contains("was good until");
  }

  // ---- a hospital that helps -------------------------------------------------------------------

  /** The attempt as every honest party knows it. */
  private AttemptId attempt(SignedDocument manifest, String plan) {
    return new AttemptId(job, 1, session, Papers.sha256(manifest), plan);
  }

  /** Everything that the holder would do before it shares, by a program of its own. */
  private AttemptId acceptAsHolder(SignedDocument manifest) throws Exception {
    String plan = "";
    for (String name : COMPUTING) {
      propose(of(name), manifest);
      plan = of(name).accepted();
    }
    for (String name : COMPUTING) {
      of(name).desk.started(start(manifest, plan, ALL));
    }
    AttemptId attempt = attempt(manifest, plan);
    Hospital holder = of(HOLDER);
    ServingTerms terms =
        ServingTerms.sign(holder.site.identity(), holder.site.policy().serving(), Instant.now());
    PlanAcceptance mine = PlanAcceptance.sign(holder.site.identity(), attempt, terms);
    for (String name : COMPUTING) {
      holder
          .dataPlane
          .acceptances()
          .tell(
              holder.dataPlane.dialer(),
              holder.dataPlane.address(name),
              mine,
              Duration.ofSeconds(30));
    }
    return attempt;
  }

  @ParameterizedTest
  @CsvSource({"2147483647, 0", "2147483647, 2147483647", "1048577, 0", "-1, 1", "1, -2147483648"})
  void numbersOfRowsThatNoJobHasEndTheAttemptAndNothingElse(int training, int validation)
      throws Exception {
    SignedDocument manifest = signed(manifest());
    AttemptId attempt = acceptAsHolder(manifest);
    Hospital holder = of(HOLDER);
    HolderShares tensor =
        HolderShares.of(
            attempt.tensorPrefix(HOLDER) + "training.0.features",
            Shape.matrix(1, 1),
            FixedPoint.INTEGER,
            new long[1],
            random);

    assertThatThrownBy(
            () -> {
              try (HolderUpload upload =
                  HolderUpload.begin(
                      holder.site.identity(),
                      holder.dataPlane.dialer(),
                      holder.dataPlane.inputs(),
                      attempt,
                      holder.dataPlane.addresses(COMPUTING),
                      new InputRows(training, validation))) {
                upload.send(List.of(tensor));
                upload.finish();
              }
            })
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("refused this site's shares");

    for (String name : COMPUTING) {
      ReportDocument.Failed failed = of(name).failure();
      assertThat(failed.kind()).as(name).isIn(FailureKind.BAD_DATA, FailureKind.PEER_UNAVAILABLE);
    }
  }

  @Test
  void madeUpSessionsTakeNobodysPlace() throws Exception {
    Hospital made = of("hospital-b");

    for (int i = 0; i < 70; i++) {
      SessionId madeUp = new SessionId(random.nextLong(), random.nextLong());
      assertThatThrownBy(() ->
              made.dataPlane
                  .dialer()
                  .connect(
                      made.dataPlane.address("hospital-a"),
                      new Opening(Opening.INPUT, madeUp),
                      Duration.ofSeconds(10)))
          .hasMessageContaining("no attempt of session " + madeUp + " runs here");
    }

    assertThatTheJobRuns();
  }

  @Test
  void onlyHoldersOfAnAttemptMayBringInputs() throws Exception {
    AttemptId attempt = acceptAsHolder(signed(manifest()));
    Hospital other = of("hospital-b");

    assertThatThrownBy(() ->
            other
                .dataPlane
                .dialer()
                .connect(
                    other.dataPlane.address("hospital-a"),
                    new Opening(Opening.INPUT, attempt.session()),
                    Duration.ofSeconds(10)))
        .hasMessageContaining("hospital-b is no data holder");
  }
}
