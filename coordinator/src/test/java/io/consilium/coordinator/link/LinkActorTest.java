package io.consilium.coordinator.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.consilium.coordinator.TestConsortium;
import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches a party's listener, and what does not. */
final class LinkActorTest {

  private static final JobId ID = new JobId("0123456789ab");
  private static final JobId UNSETTLED = new JobId("ba9876543210");
  private static final String PLAN = "ab".repeat(32);
  private static final String OTHER_PLAN = "cd".repeat(32);

  @TempDir private Path directory;

  private final List<String> heard = new ArrayList<>();
  private ActorTestKit testKit;
  private TestProbe<ControlMessage.ToCoordinator> coordinator;
  private LinkSurroundings here;
  private ActorRef<Object> link;
  private Identity coordinatorKey;
  private Identity anna;
  private Identity bert;
  private Identity otherParty;
  private SignedDocument manifest;

  @BeforeEach
  void start() throws Exception {
    TestConsortium consortium = TestConsortium.of(directory, "hospital-a", "hospital-b", "x");
    coordinatorKey = consortium.identity(Role.COORDINATOR, "coordinator");
    anna = consortium.identity(Role.RESEARCHER, "anna");
    bert = consortium.identity(Role.RESEARCHER, "bert");
    otherParty = consortium.identity(Role.PARTY, "hospital-b");
    manifest = anna.sign(Document.MANIFEST_KIND, "{}".getBytes(StandardCharsets.UTF_8));
    testKit =
        ActorTestKit.create(
            ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(ConfigFactory.load()));
    coordinator = testKit.createTestProbe();
    here =
        new LinkSurroundings(
            consortium.consortium(), consortium.identity(Role.PARTY, "hospital-a"), new Recorder());
    link = testKit.spawn(LinkActor.create(here, coordinator.getRef()::tell));
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void registersUnderItsOwnSignatureForItsOwnAddress() throws Exception {
    ControlMessage.Register register =
        coordinator.expectMessageClass(ControlMessage.Register.class);

    Document.From<HelloDocument> hello =
        Document.verify(here.trust(), register.hello(), HelloDocument.class);
    assertThat(hello.author()).isEqualTo(Principal.party("hospital-a"));
    assertThat(hello.content().replyTo()).contains(register.replyTo().path().name());
    assertThat(hello.content().unsettled()).containsExactly(UNSETTLED);
  }

  @Test
  void tellsAProposalOnce() {
    send(propose(anna));
    send(propose(anna));

    assertThat(afterAll()).containsExactly("proposed by anna");
  }

  @Test
  void dropsProposalsThatAreNotAResearchersOwn() {
    send(propose(bert));
    send(
        new ControlMessage.Propose(
            otherParty.sign(Document.MANIFEST_KIND, "{}".getBytes(StandardCharsets.UTF_8)),
            Document.sign(otherParty, submission())));
    send(
        new ControlMessage.Propose(
            anna.sign(Document.MANIFEST_KIND, "{\"a\":1}".getBytes(StandardCharsets.UTF_8)),
            Document.sign(anna, submission())));

    assertThat(afterAll()).isEmpty();
  }

  @Test
  void aPartyMayProposeAnImportAndAResearcherMayNot() {
    byte[] imported = "{\"kind\":\"import\"}".getBytes(StandardCharsets.UTF_8);
    SignedDocument byParty = otherParty.sign(Document.MANIFEST_KIND, imported);
    SubmissionDocument submission =
        new SubmissionDocument(ID, Papers.sha256(byParty), Instant.now());

    send(
        new ControlMessage.Propose(
            anna.sign(Document.MANIFEST_KIND, imported), Document.sign(anna, submission)));
    send(new ControlMessage.Propose(byParty, Document.sign(otherParty, submission)));

    assertThat(afterAll()).containsExactly("proposed by hospital-b");
  }

  @Test
  void startsOnceAndOnlyWhatItAcceptedAndOnlyForTheCoordinator() {
    send(propose(anna));
    settle();
    here.ledger().accepted(ID, PLAN);
    send(start(otherParty, PLAN, "hospital-a"));
    send(start(anna, PLAN, "hospital-a"));
    send(start(coordinatorKey, OTHER_PLAN, "hospital-a"));
    send(start(coordinatorKey, PLAN, "hospital-b"));
    assertThat(afterAll()).containsExactly("proposed by anna");

    send(start(coordinatorKey, PLAN, "hospital-a"));
    send(start(coordinatorKey, PLAN, "hospital-a"));

    assertThat(afterAll()).containsExactly("proposed by anna", "started");
    assertThat(here.ledger().running()).containsExactly(ID);
  }

  @Test
  void stopsForItsResearcherAndTheCoordinatorOnly() {
    send(propose(anna));
    send(new ControlMessage.Cancel(Document.sign(bert, new CancelDocument(ID, "b"))));
    send(new ControlMessage.Cancel(Document.sign(otherParty, new CancelDocument(ID, "p"))));
    send(new ControlMessage.Cancel(Document.sign(anna, new CancelDocument(ID, "mine"))));
    send(new ControlMessage.Cancel(Document.sign(coordinatorKey, new CancelDocument(ID, "c"))));

    assertThat(afterAll()).containsExactly("proposed by anna", "cancelled: mine");
  }

  @Test
  void believesTheCoordinatorAloneHowAJobEnded() {
    OutcomeDocument succeeded = new OutcomeDocument(UNSETTLED, Optional.of(JobStatus.SUCCEEDED));
    send(new ControlMessage.Settled(Document.sign(otherParty, succeeded)));
    send(new ControlMessage.Settled(Document.sign(anna, succeeded)));
    assertThat(afterAll()).isEmpty();

    send(new ControlMessage.Settled(Document.sign(coordinatorKey, succeeded)));
    send(
        new ControlMessage.Settled(
            Document.sign(coordinatorKey, new OutcomeDocument(UNSETTLED, Optional.empty()))));

    assertThat(afterAll()).containsExactly("settled: SUCCEEDED", "settled: unknown");
  }

  @Test
  void aResearcherMayStopAJobThatThisProcessHasNotHeardOf() {
    send(new ControlMessage.Cancel(Document.sign(otherParty, new CancelDocument(ID, "p"))));
    send(new ControlMessage.Cancel(Document.sign(coordinatorKey, new CancelDocument(ID, "c"))));
    send(new ControlMessage.Cancel(Document.sign(anna, new CancelDocument(ID, "before"))));

    assertThat(afterAll()).containsExactly("cancelled: before");
  }

  @Test
  void survivesMessagesOfAnyOtherType() {
    link.tell("a string");
    link.tell(42);
    link.tell(new ControlMessage.Verdict(manifest));
    send(propose(anna));

    assertThat(afterAll()).containsExactly("proposed by anna");
  }

  private ControlMessage.Propose propose(Identity submitter) {
    return new ControlMessage.Propose(manifest, Document.sign(submitter, submission()));
  }

  private SubmissionDocument submission() {
    return new SubmissionDocument(ID, Papers.sha256(manifest), Instant.EPOCH);
  }

  private ControlMessage.Start start(Identity author, String plan, String party) {
    return new ControlMessage.Start(
        Document.sign(
            author,
            new StartDocument(
                ID, 1, "0f".repeat(16), Papers.sha256(manifest), plan, List.of(party))));
  }

  private void send(ControlMessage.ToParty message) {
    link.tell(message);
  }

  private List<String> afterAll() {
    settle();
    return heard;
  }

  /** A marker that the actor passes on shows that everything before it has been handled. */
  private void settle() {
    ControlMessage.Report marker = new ControlMessage.Report(manifest);
    link.tell(new LinkActor.Send(marker));
    coordinator.fishForMessage(
        Duration.ofSeconds(30),
        message ->
            message.equals(marker)
                ? FishingOutcomes.complete()
                : FishingOutcomes.continueAndIgnore());
  }

  private final class Recorder implements PartyListener {
    @Override
    public void proposed(
        SubmissionDocument submitted, SignedDocument signed, Principal researcher) {
      heard.add("proposed by " + researcher.name());
    }

    @Override
    public void started(StartDocument start) {
      heard.add("started");
    }

    @Override
    public void cancelled(JobId jobId, String reason, Principal by) {
      heard.add("cancelled: " + reason);
    }

    @Override
    public void settled(JobId jobId, Optional<JobStatus> outcome) {
      heard.add("settled: " + outcome.map(JobStatus::name).orElse("unknown"));
    }

    @Override
    public List<JobId> unsettled() {
      return List.of(UNSETTLED);
    }
  }
}
