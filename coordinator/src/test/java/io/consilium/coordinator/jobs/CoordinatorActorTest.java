package io.consilium.coordinator.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.consilium.coordinator.TestConsortium;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.contract.CancelDocument;
import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.HelloDocument;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.OutcomeDocument;
import io.consilium.coordinator.contract.PartyView;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the coordinator believes. */
final class CoordinatorActorTest {

  private static final JobId ID = new JobId("0123456789ab");
  private static final String MANIFEST =
      """
      {"kind":"train","name":"risk","parties":["a","b","c"],"computeParties":["a","b","c"]}\
      """;

  @TempDir private Path directory;

  private TestConsortium consortium;
  private ActorTestKit testKit;
  private ActorRef<Object> actor;
  private Identity anna;

  @BeforeEach
  void start() throws Exception {
    consortium = TestConsortium.of(directory, "a", "b", "c");
    anna = consortium.identity(Role.RESEARCHER, "anna");
    testKit =
        ActorTestKit.create(
            ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(ConfigFactory.load()));
    Identity self = consortium.identity(Role.COORDINATOR, "coordinator");
    JobStore store = new JobStore(directory, JobLimits.DEFAULT);
    JobBook book =
        new JobBook(
            Patience.standard(Duration.ofSeconds(60)),
            new SigningClerk(self, new SecureRandom()),
            store.load(),
            store,
            JobLimits.DEFAULT,
            Instant.now());
    actor =
        testKit.spawn(
            CoordinatorActor.create(
                new CoordinatorActor.Surroundings(
                    consortium.consortium(),
                    new FrontDesk(consortium.consortium(), self.trust()),
                    book,
                    store,
                    Clock.systemUTC(),
                    "incarnation")));
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void proposesToAPartyAsSoonAsItRegisters() throws Exception {
    submit(anna, anna);
    TestProbe<ControlMessage.ToParty> a = testKit.createTestProbe();

    register("a", "a", a, a);

    a.expectMessage(new ControlMessage.Registered("incarnation"));
    assertThat(a.expectMessageClass(ControlMessage.Propose.class).manifest().kind())
        .isEqualTo("manifest");
  }

  @Test
  void theFirstOfTwoProcessesWithAPartysKeyStays() throws Exception {
    TestProbe<ControlMessage.ToParty> first = testKit.createTestProbe();
    TestProbe<ControlMessage.ToParty> second = testKit.createTestProbe();
    register("a", "a", first, first, "first", List.of());
    first.expectMessageClass(ControlMessage.Registered.class);

    register("a", "a", second, second, "second", List.of());

    assertThat(second.expectMessageClass(ControlMessage.Unregistered.class).reason())
        .contains("Another process with the key of a is registered and alive");
    submit(anna, anna);
    first.expectMessageClass(ControlMessage.Propose.class);

    Endpoint control = consortium.consortium().party("a").orElseThrow().control();
    actor.tell(
        new CoordinatorActor.NodeLost(
            new Address("pekko", "consilium", control.host(), control.port())));
    register("a", "a", second, second, "second", List.of());
    second.expectMessageClass(ControlMessage.Registered.class);
    second.expectMessageClass(ControlMessage.Propose.class);
  }

  @Test
  void refusesARegistrationUnderAnothersNameOrForAnotherAddress() throws Exception {
    TestProbe<ControlMessage.ToParty> a = testKit.createTestProbe();
    TestProbe<ControlMessage.ToParty> other = testKit.createTestProbe();

    register("b", "a", a, a);
    a.expectMessageClass(ControlMessage.Unregistered.class);
    register("a", "a", other, a);
    a.expectMessageClass(ControlMessage.Unregistered.class);

    assertThat(parties()).noneMatch(PartyView::up);
  }

  @Test
  void countsAVerdictForItsAuthorOnly() throws Exception {
    submit(anna, anna);
    for (String party : List.of("a", "b", "c")) {
      TestProbe<ControlMessage.ToParty> probe = testKit.createTestProbe();
      register(party, party, probe, probe);
    }

    for (String claimed : List.of("a", "b", "c")) {
      VerdictDocument verdict = new VerdictDocument(ID, claimed, new Accepted("ab".repeat(32)));
      actor.tell(
          new ControlMessage.Verdict(Document.sign(consortium.identity(Role.PARTY, "a"), verdict)));
    }

    JobView job = show().getValue();
    assertThat(job.status()).isEqualTo(JobStatus.AWAITING_APPROVAL);
    assertThat(job.parties())
        .extracting(JobView.PartyInJob::verdict)
        .containsExactly("accepted", "none", "none");
  }

  @Test
  void refusesAManifestThatTheCallerDidNotSign() throws Exception {
    Identity bert = consortium.identity(Role.RESEARCHER, "bert");
    Identity party = consortium.identity(Role.PARTY, "a");

    assertThat(submit(bert, anna).getError()).hasMessageContaining("signed by researcher:bert");
    assertThat(submit(party, party).getError())
        .hasMessageContaining("only a researcher can submit");
    assertThat(show().isError()).isTrue();
  }

  @Test
  void takesTheSameManifestUnderTheSameIdForTheSameJob() throws Exception {
    JobView first = submit(anna, anna).getValue();

    assertThat(submit(anna, anna).getValue()).isEqualTo(first);

    Identity bert = consortium.identity(Role.RESEARCHER, "bert");
    assertThat(submit(bert, bert).getError()).hasMessageContaining("already is another job");
    assertThat(submit(anna, anna, MANIFEST.replace("risk", "other")).getError())
        .hasMessageContaining("already is another job");
  }

  @Test
  void refusesAnOrderForAnotherJob() throws Exception {
    assertThat(submit(anna, anna).isSuccess()).isTrue();
    TestProbe<StatusReply<JobView>> reply = testKit.createTestProbe();
    SignedDocument order = Document.sign(anna, new CancelDocument(new JobId("ffffffffffff"), "no"));

    actor.tell(new CoordinatorActor.Cancel(ID, order, anna.principal(), reply.getRef()));

    assertThat(reply.receiveMessage().getError()).hasMessageContaining("is for job ffffffffffff");
  }

  @Test
  void tellsAPartyThatAsksHowAJobEndedAndSignsIt() throws Exception {
    JobId unknown = new JobId("ffffffffffff");
    assertThat(submit(anna, anna).isSuccess()).isTrue();
    TestProbe<StatusReply<JobView>> cancelled = testKit.createTestProbe();
    SignedDocument order = Document.sign(anna, new CancelDocument(ID, "enough"));
    actor.tell(new CoordinatorActor.Cancel(ID, order, anna.principal(), cancelled.getRef()));
    assertThat(cancelled.receiveMessage().isSuccess()).isTrue();
    TestProbe<ControlMessage.ToParty> party = testKit.createTestProbe();

    register("a", "a", party, party, List.of(ID, unknown));

    party.expectMessageClass(ControlMessage.Registered.class);
    assertThat(outcome(party)).isEqualTo(new OutcomeDocument(ID, Optional.of(JobStatus.CANCELLED)));
    assertThat(outcome(party)).isEqualTo(new OutcomeDocument(unknown, Optional.empty()));
  }

  private OutcomeDocument outcome(TestProbe<ControlMessage.ToParty> party) throws Exception {
    ControlMessage.Settled settled = party.expectMessageClass(ControlMessage.Settled.class);
    Document.From<OutcomeDocument> from =
        Document.verify(anna.trust(), settled.outcome(), OutcomeDocument.class);
    assertThat(from.author()).isEqualTo(new Principal(Role.COORDINATOR, "coordinator"));
    return from.content();
  }

  @Test
  void aJobOfSomebodyElseIsLikeOneThatDoesNotExist() throws Exception {
    submit(anna, anna);
    Identity bert = consortium.identity(Role.RESEARCHER, "bert");
    JobId none = new JobId("ffffffffffff");

    assertThat(show(ID, bert.principal()).getError())
        .hasMessage(
            show(none, bert.principal())
                .getError()
                .getMessage()
                .replace("ffffffffffff", ID.value()));
    assertThat(cancel(bert, ID).getError())
        .hasMessage(cancel(bert, none).getError().getMessage().replace("ffffffffffff", ID.value()));
    assertThat(jobs(bert.principal())).isEmpty();
    assertThat(jobs(anna.principal())).hasSize(1);
    assertThat(jobs(Principal.party("a"))).hasSize(1);
    assertThat(jobs(Principal.party("z"))).isEmpty();
    assertThat(show(ID, Principal.party("z")).getError()).hasMessageContaining("There is no job");
  }

  private StatusReply<JobView> cancel(Identity author, JobId id) {
    TestProbe<StatusReply<JobView>> reply = testKit.createTestProbe();
    actor.tell(
        new CoordinatorActor.Cancel(
            id,
            Document.sign(author, new CancelDocument(id, "no")),
            author.principal(),
            reply.getRef()));
    return reply.receiveMessage();
  }

  private List<JobView> jobs(Principal viewer) {
    TestProbe<List<JobView>> reply = testKit.createTestProbe();
    actor.tell(new CoordinatorActor.ListJobs(viewer, reply.getRef()));
    return reply.receiveMessage();
  }

  @Test
  void survivesMessagesOfAnyOtherType() throws Exception {
    actor.tell("a string");
    actor.tell(
        new ControlMessage.Settled(Document.sign(anna, new OutcomeDocument(ID, Optional.empty()))));

    assertThat(submit(anna, anna).isSuccess()).isTrue();
  }

  private void register(
      String author,
      String claimed,
      TestProbe<ControlMessage.ToParty> named,
      TestProbe<ControlMessage.ToParty> replyTo)
      throws Exception {
    register(author, claimed, named, replyTo, List.of());
  }

  private void register(
      String author,
      String claimed,
      TestProbe<ControlMessage.ToParty> named,
      TestProbe<ControlMessage.ToParty> replyTo,
      List<JobId> unsettled)
      throws Exception {
    register(author, claimed, named, replyTo, "process", unsettled);
  }

  private void register(
      String author,
      String claimed,
      TestProbe<ControlMessage.ToParty> named,
      TestProbe<ControlMessage.ToParty> replyTo,
      String process,
      List<JobId> unsettled)
      throws Exception {
    String address = ActorRefResolver.get(testKit.system()).toSerializationFormat(named.getRef());
    HelloDocument hello = new HelloDocument(claimed, process, address, List.of(), unsettled);
    actor.tell(
        new ControlMessage.Register(
            Document.sign(consortium.identity(Role.PARTY, author), hello), replyTo.getRef()));
  }

  private StatusReply<JobView> submit(Identity author, Identity caller) {
    return submit(author, caller, MANIFEST);
  }

  private StatusReply<JobView> submit(Identity author, Identity caller, String text) {
    SignedDocument manifest =
        author.sign(Document.MANIFEST_KIND, text.getBytes(StandardCharsets.UTF_8));
    SignedDocument submission =
        Document.sign(author, new SubmissionDocument(ID, Papers.sha256(manifest), Instant.now()));
    TestProbe<StatusReply<JobView>> reply = testKit.createTestProbe();
    actor.tell(
        new CoordinatorActor.Submit(
            new JobRequest(manifest, submission), caller.principal(), reply.getRef()));
    return reply.receiveMessage();
  }

  private StatusReply<JobView> show() {
    return show(ID, anna.principal());
  }

  private StatusReply<JobView> show(JobId id, Principal viewer) {
    TestProbe<StatusReply<JobView>> reply = testKit.createTestProbe();
    actor.tell(new CoordinatorActor.ShowJob(id, viewer, reply.getRef()));
    return reply.receiveMessage();
  }

  private List<PartyView> parties() {
    TestProbe<List<PartyView>> reply = testKit.createTestProbe();
    actor.tell(new CoordinatorActor.ListParties(reply.getRef()));
    return reply.receiveMessage();
  }
}
