package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsDialer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three hospitals and real clients over mutual TLS on loopback. */
@Timeout(120)
final class ServingTest {
  private static final Duration PART = Duration.ofMillis(1_500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final OptionalInt LATEST = OptionalInt.empty();
  private static final double TOLERANCE = 2e-3;

  /** A seed, or the nonce of a share. */
  private static final int SEED_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final ModelCard card = TestModel.card(1);
  private ServingTrio trio;

  @BeforeEach
  void open() throws Exception {
    trio = new ServingTrio(ServingLimits.DEFAULT.withPart(PART));
    trio.publish(card, TestModel.assets(card, 1));
  }

  @AfterEach
  void close() {
    trio.close();
  }

  private static void assertAnswers(Prediction prediction, Question question) {
    assertThat(prediction.values()).hasNumberOfRows(question.rows());
    for (int i = 0; i < question.rows(); i++) {
      double clear = TestModel.clear(question.features()[i], question.present()[i]);
      assertThat(prediction.values()[i]).hasSize(1);
      assertThat(prediction.values()[i][0]).isCloseTo(clear, within(TOLERANCE));
    }
  }

  private static void awaitUntil(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(20);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void predictsWhatTheClearModelPredicts() throws Exception {
    Question question = TestModel.question(50, 1);
    PredictionClient client = trio.client("ward-1");

    Prediction prediction = client.predict(client.card("heart-risk", LATEST), question);

    assertAnswers(prediction, question);
    for (ComputeParty party : ComputeParty.values()) {
      assertThat(trio.hospital(party).audit).containsExactly("answered ward-1 heart-risk 50");
    }
  }

  @Test
  void asksManyRecordsInSeveralQueries() throws Exception {
    Question question = TestModel.question(25, 2);
    ClientLimits limits =
        new ClientLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), PATIENCE, 10);

    Prediction prediction = trio.client("ward-1", limits).predict(card, question);

    assertAnswers(prediction, question);
    assertThat(trio.hospital(ComputeParty.P0).audit)
        .containsExactly(
            "answered ward-1 heart-risk 10",
            "answered ward-1 heart-risk 10",
            "answered ward-1 heart-risk 5");
  }

  @Test
  void neverGivesOneClientTheAnswerOfAnother() throws Exception {
    int clients = 12;
    int threadsPerClient = 3;
    int questions = 8;

    List<Future<List<Prediction>>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int c = 0; c < clients; c++) {
        PredictionClient client = trio.client("ward-" + c);
        for (int t = 0; t < threadsPerClient; t++) {
          int seed = seed(c, t);
          answers.add(threads.submit(() -> askSeveral(client, seed, questions)));
        }
      }
    }

    int all = clients * threadsPerClient * questions;
    for (int c = 0; c < clients; c++) {
      for (int t = 0; t < threadsPerClient; t++) {
        List<Prediction> own = answers.get(c * threadsPerClient + t).get();
        for (int i = 0; i < questions; i++) {
          assertAnswers(own.get(i), TestModel.question(1 + i % 2, seed(c, t) + i));
        }
      }
    }
    assertThat(sessions(ComputeParty.P0)).hasSize(1);
    for (ComputeParty party : ComputeParty.values()) {
      CountingMonitor counted = trio.hospital(party).monitor;
      assertThat(counted.answered).hasValue(all);
      assertThat(counted.linesOpen).hasValue(clients);
      assertThat(counted.batches.stream().mapToInt(i -> i).sum()).isEqualTo(all);
      assertThat(counted.batches).hasSizeLessThan(all);
      assertThat(writtenDown(party, "answered")).isEqualTo(all);
    }
  }

  private static int seed(int client, int thread) {
    return 10_000 * client + 100 * thread;
  }

  private List<Prediction> askSeveral(PredictionClient client, int seed, int questions)
      throws Exception {
    List<Prediction> own = new ArrayList<>();
    for (int i = 0; i < questions; i++) {
      own.add(client.predict(card, TestModel.question(1 + i % 2, seed + i)));
    }
    return own;
  }

  // ---- clients that do not do what they should -------------------------------------------------

  /** A client that may treat the three hospitals differently. */
  private final class OddClient implements AutoCloseable {
    final QueryTensors query;
    final Map<ComputeParty, PartyLine> lines = new EnumMap<>(ComputeParty.class);
    final Map<ComputeParty, CompletableFuture<long[]>> answers = new EnumMap<>(ComputeParty.class);
    final TlsDialer dialer = trio.dialer("odd-client");

    OddClient(int rows) {
      query = new QueryTensors(new SessionId(random.nextLong(), random.nextLong()), card, rows);
    }

    PartyLine line(ComputeParty party) throws PredictionException {
      PartyLine line = lines.get(party);
      if (line == null) {
        PeerAddress address = trio.hospital(party).address();
        line = PartyLine.open(dialer, address, new SessionId(1, 1), card, ClientLimits.DEFAULT);
        lines.put(party, line);
      }
      return line;
    }

    HolderShares shares() throws PredictionException {
      return query.share(TestModel.question(query.rows(), 1), random);
    }

    void send(ComputeParty party, HolderShares shares) throws PredictionException {
      send(party, QueryTensors.body(shares, party));
    }

    void send(ComputeParty party, QueryBody body) throws PredictionException {
      answers.put(party, line(party).ask(query.id(), query.rows(), body));
    }

    void assertRefused(ComputeParty party, Kind kind, String sentence) {
      assertThatThrownBy(() -> answers.get(party).get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(PredictionException.class)
          .hasMessageContaining(sentence)
          .extracting(e -> ((PredictionException) e).kind())
          .isEqualTo(kind);
    }

    @Override
    public void close() {
      lines.values().forEach(PartyLine::close);
    }
  }

  private void assertOthersAreServedInOneSession() throws Exception {
    Question question = TestModel.question(3, 77);
    assertAnswers(trio.client("ward-1").predict(card, question), question);
    assertThat(sessions(ComputeParty.P0)).hasSize(1);
  }

  @Test
  void refusesAQuestionThatOnlyTwoHospitalsGot() throws Exception {
    try (OddClient odd = new OddClient(1)) {
      HolderShares shares = odd.shares();
      odd.send(ComputeParty.P0, shares);
      odd.send(ComputeParty.P1, shares);

      assertOthersAreServedInOneSession();
      odd.assertRefused(ComputeParty.P0, Kind.TIMEOUT, "hospital-c did not get its part");
      odd.assertRefused(ComputeParty.P1, Kind.TIMEOUT, "hospital-c did not get its part");
    }
    assertOthersAreServedInOneSession();
  }

  @Test
  void refusesAQuestionWhoseClientStallsInTheMiddle() throws Exception {
    try (OddClient odd = new OddClient(1)) {
      HolderShares shares = odd.shares();
      odd.send(ComputeParty.P0, shares);
      odd.send(ComputeParty.P2, shares);
      odd.send(ComputeParty.P1, line -> line.sendBytes(new byte[QueryTensors.COMMITMENTS_BYTES]));

      assertOthersAreServedInOneSession();
      odd.assertRefused(ComputeParty.P1, Kind.UNAVAILABLE, "hospital-b");
      for (ComputeParty party : List.of(ComputeParty.P0, ComputeParty.P2)) {
        assertThatThrownBy(() -> odd.answers.get(party).get(60, TimeUnit.SECONDS))
            .hasMessageContaining("hospital-b");
      }
    }
    assertOthersAreServedInOneSession();
    awaitUntil(() -> writtenDown(ComputeParty.P1, "odd-client") == 1);
    assertThat(writtenDown(ComputeParty.P1, "the question did not come")).isEqualTo(1);
  }

  @Test
  void aClientThatStallsInTheMiddleOfALargeQuestionLosesItsLineAndItsSeat() throws Exception {
    trio.close();
    trio = new ServingTrio(ServingLimits.DEFAULT.withPart(PART).withWaiting(100, 1));
    trio.publish(card, TestModel.assets(card, 1));
    int rows = 9_000;
    int words = 2 * rows * TestModel.COLUMNS;
    try (OddClient odd = new OddClient(rows)) {
      odd.send(
          ComputeParty.P1,
          line -> {
            line.sendBytes(new byte[QueryTensors.COMMITMENTS_BYTES + 2 * SEED_BYTES]);
            line.sendWords(new long[words / 2], words / 2);
          });

      odd.assertRefused(ComputeParty.P1, Kind.UNAVAILABLE, "hospital-b");
    }
    awaitUntil(() -> writtenDown(ComputeParty.P1, "the question did not come") == 1);
    awaitUntil(() -> trio.hospital(ComputeParty.P1).monitor.linesOpen.get() == 0);
    Question question = TestModel.question(2, 5);
    assertAnswers(trio.client("odd-client").predict(card, question), question);
  }

  @Test
  void refusesSharesThatDoNotBelongTogether() throws Exception {
    try (OddClient odd = new OddClient(2)) {
      HolderShares shares = odd.shares();
      odd.send(ComputeParty.P0, shares);
      odd.send(ComputeParty.P1, shares);
      odd.send(ComputeParty.P2, odd.shares());

      for (ComputeParty party : ComputeParty.values()) {
        odd.assertRefused(party, Kind.BAD_QUESTION, "do not belong together");
      }
    }
    assertOthersAreServedInOneSession();
  }

  @Test
  void refusesSharesThatAreNotThoseCommittedTo() throws Exception {
    // Its shares come in several pieces.
    try (OddClient odd = new OddClient(8_000)) {
      HolderShares shares = odd.shares();
      List<byte[]> others = odd.shares().description().digests();
      odd.send(ComputeParty.P0, shares);
      odd.send(ComputeParty.P1, QueryTensors.body(others, shares.forParty(ComputeParty.P1)));
      odd.send(ComputeParty.P2, shares);

      odd.assertRefused(ComputeParty.P1, Kind.BAD_QUESTION, "is not the one");
      odd.assertRefused(ComputeParty.P0, Kind.UNAVAILABLE, "hospital-b has refused");
    }
    assertOthersAreServedInOneSession();
  }

  @Test
  void refusesAtOnceWhatAClientHasNoSeatForWhileOthersAreServed() throws Exception {
    trio.close();
    trio = new ServingTrio(ServingLimits.DEFAULT.withPart(PART).withWaiting(100, 2));
    trio.publish(card, TestModel.assets(card, 1));
    try (OddClient first = new OddClient(1);
        OddClient second = new OddClient(1);
        OddClient third = new OddClient(1)) {
      first.send(ComputeParty.P0, first.shares());
      second.send(ComputeParty.P0, second.shares());
      awaitUntil(() -> trio.hospital(ComputeParty.P0).monitor.asked.get() == 2);
      third.send(ComputeParty.P0, third.shares());

      third.assertRefused(ComputeParty.P0, Kind.BUSY, "has 2 questions waiting already");
      assertThat(first.answers.get(ComputeParty.P0)).isNotDone();
      assertOthersAreServedInOneSession();
      first.assertRefused(ComputeParty.P0, Kind.TIMEOUT, "did not get its part");
      second.assertRefused(ComputeParty.P0, Kind.TIMEOUT, "did not get its part");
      assertThat(trio.hospital(ComputeParty.P0).monitor.refusals)
          .containsExactlyInAnyOrder("BUSY", "TIMEOUT", "TIMEOUT");
    }
    Question question = TestModel.question(2, 5);
    assertAnswers(trio.client("odd-client").predict(card, question), question);
  }

  @Test
  void aQuestionThatOneHospitalRefusesEndsAtTheOthers() throws Exception {
    trio.hospital(ComputeParty.P2).refusals.put("odd-client", "odd-client has asked enough");
    try (OddClient odd = new OddClient(1)) {
      HolderShares shares = odd.shares();
      odd.send(ComputeParty.P2, shares);
      odd.assertRefused(ComputeParty.P2, Kind.NOT_ALLOWED, "has asked enough");
      odd.send(ComputeParty.P1, shares);
      odd.send(ComputeParty.P0, shares);

      odd.assertRefused(ComputeParty.P0, Kind.UNAVAILABLE, "hospital-c has refused");
      odd.assertRefused(ComputeParty.P1, Kind.UNAVAILABLE, "hospital-c has refused");
    }
    assertOthersAreServedInOneSession();
  }

  @Test
  void endsAQuestionThatItsClientWithdraws() throws Exception {
    try (OddClient odd = new OddClient(1)) {
      odd.send(ComputeParty.P1, odd.shares());
      odd.line(ComputeParty.P1).withdraw(odd.query.id());

      awaitUntil(() -> writtenDown(ComputeParty.P1, "it was withdrawn") == 1);
      odd.send(ComputeParty.P1, odd.shares());
      odd.assertRefused(ComputeParty.P1, Kind.BAD_QUESTION, "was asked before");
    }
  }

  @Test
  void refusesTooManyRecordsAndTheLineGoesOn() throws Exception {
    int rows = ServingLimits.DEFAULT.rowsMax() + 1;
    try (OddClient odd = new OddClient(rows)) {
      odd.send(ComputeParty.P1, odd.shares());

      odd.assertRefused(
          ComputeParty.P1, Kind.BAD_QUESTION, "1 to 10000 records, not 10001: ask in parts");
      assertThat(odd.line(ComputeParty.P1).isOpen()).isTrue();
    }
  }

  // ---- sentences -------------------------------------------------------------------------------

  @Test
  void saysThatAModelIsUnknown() {
    PredictionClient client = trio.client("ward-1");

    assertThatThrownBy(() -> client.card("lung-risk", LATEST))
        .hasMessageContaining("has no model 'lung-risk'")
        .extracting(e -> ((PredictionException) e).kind())
        .isEqualTo(Kind.UNKNOWN_MODEL);
    assertThatThrownBy(() -> client.card("heart-risk", OptionalInt.of(9)))
        .hasMessageContaining("has no model 'heart-risk' version 9");
  }

  @Test
  void saysWhichHospitalIsNotUp() {
    trio.hospital(ComputeParty.P2).close();
    ClientLimits limits =
        new ClientLimits(Duration.ofMillis(300), Duration.ofSeconds(5), PATIENCE, 10);

    assertThatThrownBy(() -> trio.client("ward-1", limits).predict(card, TestModel.question(1, 1)))
        .hasMessageContaining("nobody listens at hospital-c")
        .extracting(e -> ((PredictionException) e).kind())
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void failsAtOnceWhereNobodyListens() {
    trio.hospital(ComputeParty.P2).close();
    PredictionClient client =
        trio.client("ward-1", new ClientLimits(PATIENCE, PATIENCE, PATIENCE, 10));

    assertThatThrownBy(() -> client.predict(card, TestModel.question(1, 1)))
        .hasMessageContaining("nobody listens at hospital-c")
        .hasMessageContaining("until this hospital's node is up again")
        .hasMessageNotContaining("within");
  }

  /** One after the other they would take fifty seconds, and knock sixteen times. */
  @Test
  @Timeout(30)
  void allQuestionsShareOneAttemptToReachAHospitalThatIsLost() throws Exception {
    int questions = 16;
    AtomicInteger knocks = new AtomicInteger();
    try (ServerSocket lost = new ServerSocket(0);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> counting = threads.submit(() -> countConnections(lost, knocks));
      List<PeerAddress> addresses = new ArrayList<>(trio.addresses());
      addresses.set(2, new PeerAddress("hospital-c", "127.0.0.1", lost.getLocalPort()));
      PredictionClient client =
          trio.client(
              "ward-1", addresses, new ClientLimits(Duration.ofSeconds(3), PATIENCE, PATIENCE, 10));
      List<Future<Prediction>> asked = new ArrayList<>();
      for (int i = 0; i < questions; i++) {
        asked.add(threads.submit(() -> client.predict(card, TestModel.question(1, 1))));
      }

      for (Future<Prediction> question : asked) {
        assertThatThrownBy(question::get).hasMessageContaining("hospital-c");
      }
      assertThat(knocks.get()).isBetween(1, 3);
      lost.close();
      counting.get();
    }
  }

  /** Takes connections and says nothing, as the network of a lost hospital does. */
  private static Void countConnections(ServerSocket listening, AtomicInteger count)
      throws IOException {
    List<Socket> held = new ArrayList<>();
    try {
      while (true) {
        held.add(listening.accept());
        count.incrementAndGet();
      }
    } catch (SocketException e) {
      return null; // The test is over.
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void givesTheReasonOfAHospitalThatRefuses() throws Exception {
    trio.hospital(ComputeParty.P1).refusals.put("ward-1", "ward-1 has asked 100 times today");

    assertThatThrownBy(() -> trio.client("ward-1").predict(card, TestModel.question(1, 1)))
        .hasMessage("hospital-b refused: ward-1 has asked 100 times today")
        .extracting(e -> ((PredictionException) e).kind())
        .isEqualTo(Kind.NOT_ALLOWED);
    awaitUntil(() -> !trio.hospital(ComputeParty.P1).audit.isEmpty());
    assertThat(trio.hospital(ComputeParty.P1).audit)
        .containsExactly("refused ward-1 heart-risk 1: ward-1 has asked 100 times today");
  }

  private long writtenDown(ComputeParty party, String part) {
    return trio.hospital(party).audit.stream().filter(line -> line.contains(part)).count();
  }

  @Test
  void saysWhichRecordIsWrongWithoutItsValue() {
    PredictionClient client = trio.client("ward-1");

    assertThatThrownBy(() -> client.predict(card, Question.complete(new double[2][3])))
        .hasMessage("record 1 has 3 features, the model wants 4");
    double[][] features = new double[2][4];
    features[1][2] = 1e30;
    assertThatThrownBy(() -> client.predict(card, Question.complete(features)))
        .hasMessage("record 2, feature 3: not a number within +-16.0, as the model wants it");
  }

  @Test
  void theLatestVersionIsTheOneThatAllThreeServe() throws Exception {
    List<ModelAsset> assets = TestModel.assets(TestModel.card(2), 2);
    trio.hospital(ComputeParty.P1).models.put(2, assets.get(1));

    assertThat(trio.client("ward-1").card("heart-risk", LATEST).digest()).isEqualTo(card.digest());
  }

  @Test
  void refusesCardsThatDiffer() {
    ModelCard other =
        new ModelCard(
            card.name(),
            card.version(),
            card.kind(),
            "job-8",
            card.planDigest(),
            card.computeParties(),
            card.model(),
            card.schema(),
            card.layout(),
            card.features(),
            card.output(),
            card.created());
    trio.hospital(ComputeParty.P1).models.put(1, TestModel.assets(other, 1).get(1));

    assertThatThrownBy(() -> trio.client("ward-1").card("heart-risk", LATEST))
        .hasMessageContaining("different cards of the model, of versions")
        .extracting(e -> ((PredictionException) e).kind())
        .isEqualTo(Kind.DISAGREEMENT);
  }

  // ---- sessions --------------------------------------------------------------------------------

  private List<String> sessions(ComputeParty party) {
    return trio.hospital(party).notices.stream().filter(n -> n.contains("serves")).toList();
  }

  @Test
  void refusesToComputeOnSharesOfDifferentVersions() {
    trio.hospital(ComputeParty.P1).models.put(1, TestModel.assets(card, 99).get(1));

    assertThatThrownBy(() -> trio.client("ward-1").predict(card, TestModel.question(1, 1)))
        .hasMessageContaining("stored shares are not of the same version")
        .extracting(e -> ((PredictionException) e).kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(sessions(ComputeParty.P0)).isEmpty();
  }

  @Test
  void opensAnotherSessionAfterAnIdleOne() throws Exception {
    trio.close();
    trio =
        new ServingTrio(
            ServingLimits.DEFAULT.withIdle(Duration.ofMillis(50), Duration.ofMillis(200)));
    trio.publish(card, TestModel.assets(card, 1));
    PredictionClient client = trio.client("ward-1");

    for (int i = 1; i <= 2; i++) {
      Question question = TestModel.question(2, i);
      assertAnswers(client.predict(card, question), question);
      for (ComputeParty party : ComputeParty.values()) {
        int closed = i;
        awaitUntil(() -> notices(party, "was closed") == closed);
      }
    }

    for (ComputeParty party : ComputeParty.values()) {
      List<String> sessions = sessions(party);
      assertThat(sessions).hasSize(2);
      assertThat(incarnation(sessions.get(0))).isNotEqualTo(incarnation(sessions.get(1)));
      assertThat(notices(party, "failed")).isZero();
    }
    assertThat(incarnation(sessions(ComputeParty.P0).get(1)))
        .isEqualTo(incarnation(sessions(ComputeParty.P2).get(1)));
  }

  @Test
  void asksOnceMoreInAnotherSessionWhenOneBroke() throws Exception {
    PredictionClient client = trio.client("ward-1");
    Question question = TestModel.question(2, 5);
    assertAnswers(client.predict(card, question), question);

    trio.hospital(ComputeParty.P2).restartServing();

    assertAnswers(client.predict(card, question), question);
    assertThat(sessions(ComputeParty.P0)).hasSize(2);
    assertThat(notices(ComputeParty.P0, "failed")).isEqualTo(1);
  }

  @Test
  void keepsAWarmModelReadyThoughNobodyAsks() throws Exception {
    trio.close();
    trio =
        new ServingTrio(
            ServingLimits.DEFAULT.withIdle(Duration.ofMillis(20), Duration.ofMillis(40)),
            Set.of("heart-risk"));
    trio.publish(card, TestModel.assets(card, 1));

    for (ComputeParty party : ComputeParty.values()) {
      awaitUntil(() -> trio.hospital(party).monitor.sessionsOpen.get() == 1);
    }
    Thread.sleep(400);

    Question question = TestModel.question(2, 5);
    assertAnswers(trio.client("ward-1").predict(card, question), question);
    assertThat(sessions(ComputeParty.P0)).hasSize(1);
    assertThat(notices(ComputeParty.P0, "was closed")).isZero();
  }

  @Test
  void connectsAgainWhenTheLinesWereClosed() throws Exception {
    PredictionClient client = trio.client("ward-1");
    for (ComputeParty party : ComputeParty.values()) {
      Question question = TestModel.question(2, party.ordinal());
      assertAnswers(client.predict(card, question), question);

      trio.hospital(party).restartServing();
    }
    Question question = TestModel.question(2, 9);
    assertAnswers(client.predict(card, question), question);
    client.close();

    assertAnswers(client.predict(card, question), question);
  }

  private long notices(ComputeParty party, String part) {
    return trio.hospital(party).notices.stream().filter(n -> n.contains(part)).count();
  }

  private static String incarnation(String notice) {
    return notice.replaceAll(".*incarnation ([0-9a-f]{32}).*", "$1");
  }
}
