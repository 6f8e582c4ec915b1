package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.Announcement.Offer;
import io.consilium.inference.Ballot.Decision;
import io.consilium.inference.Ballot.Status;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.AgreedKeys;
import io.consilium.protocols.rep3.ClientOutput;
import io.consilium.protocols.rep3.KeyAgreement;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionDescription;
import io.consilium.protocols.rep3.SessionKeys;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.InMemoryNetwork;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.Step;
import io.consilium.protocols.transport.Traffic;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The session of the three, over channels within this process. */
@Timeout(60)
final class ServingSessionTest {
  private static final ServingLimits LIMITS =
      ServingLimits.DEFAULT.withIdle(Duration.ofMillis(1), Duration.ZERO);

  private static final SessionKeys NO_KEYS =
      new SessionKeys((address, words, count) -> {}, (address, words, count) -> {});

  private final ModelCard card = TestModel.card(1);
  private final List<ModelAsset> assets = TestModel.assets(card, 1);
  private final TestQueries queries = new TestQueries(1);
  private final Map<ComputeParty, QueryDesk> desks = new EnumMap<>(ComputeParty.class);
  private final Queue<Integer> batches = new ConcurrentLinkedQueue<>();
  private final Clerk clerk = new Clerk(facts -> {}, notice -> {});

  ServingSessionTest() {
    for (ComputeParty party : ComputeParty.values()) {
      desks.put(party, new QueryDesk(card, LIMITS, System::nanoTime));
    }
  }

  @AfterEach
  void close() {
    clerk.close();
  }

  /** What a party declared for the model, and what its channel counted while it served. */
  private record Report(ComputeParty party, Cost declared, Traffic counted) {}

  private List<Report> serve() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    List<Future<Report>> parties = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (ComputeParty party : ComputeParty.values()) {
        Channel channel = network.channel(party);
        parties.add(threads.submit(() -> serveAt(channel)));
      }
    }
    List<Report> reports = new ArrayList<>();
    for (Future<Report> party : parties) {
      reports.add(party.get());
    }
    return reports;
  }

  private Report serveAt(Channel channel) throws InterruptedException {
    SessionDescription session =
        new SessionDescription(
            new byte[16], card.digest(), List.of(new byte[32], new byte[32], new byte[32]));
    AgreedKeys agreed =
        new KeyAgreement(new SecureRandom(), AddressLedger.NONE).agree(channel, session, 0);
    Rep3Backend backend = new Rep3Backend(channel, agreed.keys());
    ModelAsset asset = assets.get(channel.self().ordinal());
    SecretModel model = TestModel.load(card, asset.restore(backend));
    QueryDesk desk = desks.get(channel.self());
    ServingSession serving =
        new ServingSession(
            channel,
            new BatchProgram(backend, card, model, desk, clerk),
            card,
            desk,
            (queriesOfBatch, rows, nanos, traffic) -> batches.add(queriesOfBatch),
            LIMITS,
            System::nanoTime,
            () -> false);
    Cost declared = backend.declared();
    Traffic before = channel.traffic();
    if (channel.self() == ComputeParty.P0) {
      serving.lead();
    } else {
      serving.follow();
    }
    return new Report(
        channel.self(), backend.declared().since(declared), channel.traffic().since(before));
  }

  private List<Query> put(SessionId id, Question question, String... clients) {
    List<Query> parts = new ArrayList<>();
    for (ComputeParty party : ComputeParty.values()) {
      String client = clients[party.ordinal() % clients.length];
      Query part = queries.at(party, id, client, question);
      assertThat(desks.get(party).put(part)).isEmpty();
      parts.add(part);
    }
    return parts;
  }

  private static double[] reconstruct(List<Query> parts, ModelCard card) {
    List<long[]> shares =
        parts.stream().map(part -> ((Answer.Share) part.answer().join()).words()).toList();
    return card.output().format().decode(ClientOutput.sum(shares));
  }

  @Test
  void onePredictionCostsWhatIsDeclared() throws Exception {
    Question question = TestModel.question(7, 3);
    List<Query> parts = put(new SessionId(1, 1), question, "ward-1");

    List<Report> reports = serve();

    double[] answers = reconstruct(parts, card);
    for (int i = 0; i < 7; i++) {
      double clear = TestModel.clear(question.features()[i], question.present()[i]);
      assertThat(answers[i]).isCloseTo(clear, within(2e-3));
    }
    Cost closing = new Cost(1, 2L * Announcement.HEAD_WORDS * Long.BYTES);
    Cost model = reports.getFirst().declared();
    Cost expected = ServingSession.voteCost(1).then(model).then(closing);
    assertThat(reports).allSatisfy(report -> assertThat(report.declared()).isEqualTo(model));
    long bytes = reports.stream().mapToLong(report -> report.counted().bytesSent()).sum();
    long rounds = reports.stream().mapToLong(report -> report.counted().rounds()).max().orElse(0);
    assertThat(bytes).isEqualTo(expected.bytes());
    // Messages that do not depend on each other share a round, so there may be fewer.
    assertThat(rounds).isLessThanOrEqualTo(expected.rounds());
  }

  @Test
  void theCostOfARecordIsLinearAndTheRoundsDoNotGrow() throws Exception {
    put(new SessionId(1, 1), TestModel.question(64, 3), "ward-1");
    Cost of64 = serve().getFirst().declared();
    put(new SessionId(1, 2), TestModel.question(128, 3), "ward-1");
    Cost of128 = serve().getFirst().declared();

    assertThat(of128.rounds()).isEqualTo(of64.rounds());
    assertThat(of128.bytes()).isEqualTo(2 * of64.bytes());
  }

  @Test
  void answersABatchWithoutMixingItsQueriesUpInTheRoundsOfOne() throws Exception {
    List<Question> questions = new ArrayList<>();
    List<List<Query>> asked = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Question question = TestModel.question(1 + i % 3, 100 + i);
      questions.add(question);
      asked.add(put(new SessionId(1, i), question, "ward-" + i));
    }

    List<Report> reports = serve();

    assertThat(batches).containsExactly(40, 40, 40);
    for (int i = 0; i < questions.size(); i++) {
      assertRight(questions.get(i), reconstruct(asked.get(i), card));
    }
    put(new SessionId(2, 0), TestModel.question(1, 1), "ward-1");
    assertThat(reports.getFirst().declared().rounds())
        .isEqualTo(serve().getFirst().declared().rounds());
  }

  private static void assertRight(Question question, double[] answers) {
    assertThat(answers).hasSize(question.rows());
    for (int i = 0; i < answers.length; i++) {
      double clear = TestModel.clear(question.features()[i], question.present()[i]);
      assertThat(answers[i]).isCloseTo(clear, within(2e-3));
    }
  }

  @Test
  void whatIsWrongWithSomeQueriesOfABatchConcernsOnlyThose() throws Exception {
    Question question = TestModel.question(2, 9);
    List<Query> before = put(new SessionId(1, 1), question, "ward-1");
    List<Query> mixed = put(new SessionId(1, 2), question, "ward-1", "ward-1", "ward-2");
    List<Query> ended = put(new SessionId(1, 3), question, "ward-1");
    desks.get(ComputeParty.P1).end(ended.get(1), new Answer.Share(new long[2]));
    Query alone = queries.at(ComputeParty.P0, new SessionId(1, 4), "ward-1", question);
    assertThat(desks.get(ComputeParty.P0).put(alone)).isEmpty();
    Query unannounced = queries.at(ComputeParty.P1, new SessionId(1, 5), "ward-1", question);
    assertThat(desks.get(ComputeParty.P1).put(unannounced)).isEmpty();
    List<Query> after = put(new SessionId(1, 6), question, "ward-1");

    assertThat(serve()).hasSize(3);

    assertRight(question, reconstruct(before, card));
    assertRight(question, reconstruct(after, card));
    assertThat(mixed).allSatisfy(part -> assertRefused(part, "do not belong together"));
    assertRefused(ended.get(0), "hospital-b has refused or given up");
    assertRefused(ended.get(2), "hospital-b has refused or given up");
    assertThat(alone.answer()).isNotDone();
    assertThat(unannounced.answer()).isNotDone();
  }

  private static void assertRefused(Query part, String sentence) {
    assertThat(((Answer.Refused) part.answer().join()).refusal().sentence()).contains(sentence);
  }

  @Test
  void refusesPartsOfDifferentClientsAndGoesOn() throws Exception {
    List<Query> mixed =
        put(new SessionId(1, 1), TestModel.question(1, 1), "ward-1", "ward-1", "ward-2");
    List<Query> good = put(new SessionId(1, 2), TestModel.question(1, 2), "ward-1");

    assertThat(serve()).hasSize(3);

    for (Query part : mixed) {
      assertThat(part.answer().join()).isInstanceOf(Answer.Refused.class);
    }
    assertThat(reconstruct(good, card)).hasSize(1);
  }

  @Test
  void aPartyThatHasEndedAQueryStopsItEverywhere() throws Exception {
    SessionId id = new SessionId(1, 1);
    List<Query> parts = put(id, TestModel.question(1, 1), "ward-1");
    desks.get(ComputeParty.P2).end(parts.get(2), new Answer.Share(new long[1]));

    assertThat(serve()).hasSize(3);

    for (Query part : parts.subList(0, 2)) {
      Refusal refusal = ((Answer.Refused) part.answer().join()).refusal();
      assertThat(refusal.sentence()).startsWith("hospital-c has refused or given up");
    }
  }

  // ---- ballots and announcements ---------------------------------------------------------------

  private static Ballot ballot(Status status, int digest) {
    byte[] bytes = new byte[Sha256.BYTES];
    bytes[31] = (byte) digest;
    return new Ballot(status, bytes);
  }

  private Decision decide(boolean last, Ballot... ballots) {
    Map<ComputeParty, Ballot> votes = new EnumMap<>(ComputeParty.class);
    for (ComputeParty party : ComputeParty.values()) {
      votes.put(party, ballots[party.ordinal()]);
    }
    return Ballot.decide(votes, last, card);
  }

  @Test
  void computesOnlyIfAllThreeHaveTheSame() {
    for (Status p0 : Status.values()) {
      for (Status p1 : Status.values()) {
        for (Status p2 : Status.values()) {
          for (int odd = 0; odd < 4; odd++) {
            for (boolean last : new boolean[] {false, true}) {
              Decision decision =
                  decide(
                      last,
                      ballot(p0, odd == 1 ? 7 : 1),
                      ballot(p1, odd == 2 ? 7 : 1),
                      ballot(p2, odd == 3 ? 7 : 1));

              boolean allHere =
                  List.of(p0, p1, p2).stream().allMatch(status -> status == Status.HERE);
              boolean ended = List.of(p0, p1, p2).contains(Status.ENDED);
              assertThat(decision instanceof Decision.Compute).isEqualTo(allHere && odd == 0);
              assertThat(decision instanceof Decision.SetAside)
                  .isEqualTo(!allHere && !ended && !last);
            }
          }
        }
      }
    }
  }

  @Test
  void ballotsAndAnnouncementsSurviveTheWire() {
    List<Ballot> ballots =
        List.of(ballot(Status.HERE, 3), ballot(Status.NOT_YET, 0), ballot(Status.ENDED, 7));
    long[] words = Ballot.words(ballots);
    for (int i = 0; i < ballots.size(); i++) {
      Ballot read = Ballot.of(words, i, ComputeParty.P1);
      assertThat(read.status()).isEqualTo(ballots.get(i).status());
      assertThat(read.digest()).isEqualTo(ballots.get(i).digest());
    }
    Announcement announcement =
        Announcement.of(
            List.of(
                new Offer(new SessionId(-3, 4), 17, true, false),
                new Offer(new SessionId(3, -4), 1, false, true)));
    assertThat(Announcement.Head.of(announcement.head(), ComputeParty.P0, 2))
        .isEqualTo(new Announcement.Head(Announcement.Command.OFFER, 2));
    assertThat(Announcement.offers(announcement.list(), ComputeParty.P0, 17))
        .isEqualTo(announcement.offers());
  }

  @Test
  void aBallotOrAnnouncementThatCannotBeEndsTheSession() {
    for (long wrong : new long[] {-1, 3, Long.MAX_VALUE}) {
      long[] ballot = Ballot.words(List.of(ballot(Status.HERE, 1)));
      ballot[0] = wrong;
      assertViolation(() -> Ballot.of(ballot, 0, ComputeParty.P2));
      assertViolation(() -> Announcement.Head.of(new long[] {wrong, 1}, ComputeParty.P0, 9));
    }
    for (long[] head : new long[][] {{2, 0}, {2, 10}, {2, -1}, {0, 1}, {1, 1}}) {
      assertViolation(() -> Announcement.Head.of(head, ComputeParty.P0, 9));
    }
    for (long[] list :
        new long[][] {{1, 1, 0, 0}, {1, 1, 11, 0}, {1, 1, 1, 4}, {1, 1, 1, 0, 1, 1, 1, 0}}) {
      assertViolation(() -> Announcement.offers(list, ComputeParty.P0, 10));
    }
  }

  private static void assertViolation(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(ProtocolViolation.class);
  }

  @Test
  void aSessionThatBreaksKeepsItsQueriesForAnother() throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    Channel leader = network.channel(ComputeParty.P0);
    Channel other = network.channel(ComputeParty.P1);
    Query query = queries.at(ComputeParty.P0, new SessionId(1, 1), "ward-1", 1);
    QueryDesk desk = desks.get(ComputeParty.P0);
    assertThat(desk.put(query)).isEmpty();
    Message ballot = Message.words(new Step(0, Opcode.SERVE), 2, Ballot.WORDS);
    long[] wrong = new long[Ballot.WORDS];
    wrong[0] = 99;
    other.send(ComputeParty.P0, ballot, wrong);

    ServingSession serving =
        new ServingSession(
            leader,
            new BatchProgram(
                new Rep3Backend(leader, NO_KEYS),
                card,
                (backend, features, mask) -> features,
                desk,
                clerk),
            card,
            desk,
            (queriesOfBatch, rows, nanos, traffic) -> batches.add(queriesOfBatch),
            LIMITS,
            System::nanoTime,
            () -> false);

    assertThatThrownBy(serving::lead).isInstanceOf(ProtocolViolation.class);
    assertThat(query.answer()).isNotDone();
    assertThat(desk.find(List.of(new Offer(query.id(), 1, false, false))).getFirst())
        .isInstanceOf(QueryDesk.Part.Here.class);
  }
}
