package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.ApiClient;
import io.consilium.coordinator.cli.CommandException;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.X25519;
import io.consilium.party.cli.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong gets a clear answer and takes nothing down with it: after every test, a good job
 * has to succeed at the same nodes.
 */
final class FaultsIT {

  private static final List<String> ALL = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final Principal ABSENT = new Principal(Role.PARTY, "hospital-g");
  private static final String MODEL = "base";
  private static final String QUESTION = "dose,level,kind\n1.5,20,mixed\n";

  /** A number that no message may repeat. */
  private static final String SECRET = "7731.4242";

  /** What a node says about a peer whose certificate is not of its own consortium. */
  private static final String UNTRUSTED = "signed by another authority";

  private static final int POLLS_MAX = 300;
  private static final long POLL_MILLIS = 100;

  @TempDir static Path directory;

  private static TestConsortium consortium;

  @BeforeAll
  static void startEverybody() throws Exception {
    consortium =
        TestConsortium.of(directory, "hospital-a", "hospital-b", "hospital-c", ABSENT.name());
    consortium.policy(
        "hospital-a", "auto", Map.of("auc", "researcher", "weights", "[parties, researcher]"));
    consortium.policy(
        "hospital-b", "auto", Map.of("auc", "researcher", "weights", "[parties, researcher]"));
    consortium.policy("hospital-c", "auto", Map.of("weights", "[parties, researcher]"));
    Path datasets = consortium.home("hospital-b").resolve("datasets.yaml");
    // At this site, the query of one data set forgets a column.
    Files.writeString(
        datasets,
        Files.readString(datasets)
            .replaceFirst(
                "(?s)(partial:.*?)SELECT dose, level, kind, outcome",
                "$1SELECT dose, kind, outcome"));
    consortium.startCoordinator();
    consortium.start("hospital-a", "hospital-b", "hospital-c");
    assertThat(consortium.run(good()).status()).isEqualTo(JobStatus.SUCCEEDED);
  }

  @AfterAll
  static void stopEverybody() {
    consortium.close();
  }

  @AfterEach
  void aGoodJobSucceedsAndItsModelAnswers() throws Exception {
    JobView job = consortium.run(good());
    assertThat(job.failure()).isEmpty();
    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(consortium.predict(MODEL, QUESTION).exit()).isZero();
  }

  private static ObjectNode good() {
    ObjectNode manifest = Studies.logistic(MODEL, ALL, ALL);
    manifest.withObject("training").put("epochs", 1);
    return manifest;
  }

  // ---- records
  // -----------------------------------------------------------------------------------

  static Stream<Arguments> badRecords() {
    String head = Studies.HEADER + "\n";
    String row = "1.5,20,plain,yes,mid,0.5\n";
    return Stream.of(
        Arguments.of("ragged", head + row + "1.5," + SECRET + "\n" + row, List.of("line 3")),
        Arguments.of(
            "no number",
            head + row + "7731.4242x,20,plain,yes,mid,0.5\n",
            List.of("row 2", "column dose")),
        Arguments.of(
            "unknown category",
            head + "1.5,20,c7731.4242,yes,mid,0.5\n",
            List.of("row 1", "column kind")),
        Arguments.of(
            "out of range",
            head + row + row + "1.5," + SECRET + ",plain,yes,mid,0.5\n",
            List.of("row 3", "column level")),
        Arguments.of(
            "not a number",
            head + row + "NaN," + SECRET + ",plain,yes,mid,0.5\n",
            List.of("row 2", "column dose")),
        Arguments.of(
            "infinite",
            head + row + "Infinity,20,plain,yes,mid,0.5\n",
            List.of("row 2", "column dose")),
        Arguments.of(
            "missing where it may not be",
            head + "1.5,,plain,yes,mid,7731.4242\n",
            List.of("row 1", "column level")),
        Arguments.of(
            "missing label", head + "1.5,20,plain,,mid,0.5\n", List.of("row 1", "column outcome")),
        Arguments.of("empty file", "", List.of("records.csv")),
        Arguments.of("header only", head, List.of("study")),
        Arguments.of(
            "other header", "dose,height,kind,outcome,grade,score\n" + row, List.of("level")),
        Arguments.of(
            "open quote", head + row + "1.5,20,\"plain" + SECRET + "\n", List.of("line 3")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRecords")
  void badRecordsAtOneSiteAreRefusedAlikeAndThatSiteLearnsThePlace(
      String kind, String csv, List<String> places) throws Exception {
    Path file = consortium.home("hospital-b").resolve("records.csv");
    String before = Files.readString(file);
    consortium.records("hospital-b", csv);
    try {
      JobView job = consortium.run(good());

      assertUnusable(job);
      assertThat(check()).contains(places).doesNotContain("7731", "Infinity", "4242");
    } finally {
      consortium.records("hospital-b", before);
    }
  }

  /** The same words, whatever is wrong with the records of hospital-b. */
  private static void assertUnusable(JobView job) {
    assertRefused(job, 65, "hospital-b");
    assertThat(job.failure().orElseThrow().reason())
        .containsPattern(
            "This site's data cannot be used for this job\\. The site's administrator finds the"
                + " reason with 'consilium party check' and in the log, under the reference"
                + " [0-9a-f]{12}\\.$");
  }

  /** What hospital-b's own people see. */
  private static String check() throws Exception {
    return Shell.run("party", "check", "--config", consortium.config("hospital-b")).out();
  }

  @Test
  void aMissingFileIsNamedToItsOwnerOnly() throws Exception {
    Path file = consortium.home("hospital-b").resolve("records.csv");
    Path away = consortium.home("hospital-b").resolve("records.away");
    Files.move(file, away);
    try {
      assertUnusable(consortium.run(good()));
      assertThat(check()).contains("records.csv");
    } finally {
      Files.move(away, file);
    }
  }

  @Test
  void tooFewRecordsAreRefusedWithoutTheirNumber() throws Exception {
    Path file = consortium.home("hospital-b").resolve("records.csv");
    String before = Files.readString(file);
    consortium.records("hospital-b", Studies.csv(7, 99));
    try {
      assertUnusable(consortium.run(good()));
      assertThat(check()).contains("has 7 records", "at least 40");
    } finally {
      consortium.records("hospital-b", before);
    }
  }

  @Test
  void aQueryThatLacksAColumnOfTheSchemaIsRefusedByThatSite() throws Exception {
    ObjectNode manifest = good();
    manifest.put("dataset", "partial");

    assertUnusable(consortium.run(manifest));
    assertThat(check()).contains("column level");
  }

  // ---- manifests -------------------------------------------------------------------------------

  @Test
  void anUnknownKeyOfTheManifestIsNamed() throws Exception {
    ObjectNode manifest = good();
    manifest.put("traning", 1);

    assertRefused(consortium.run(manifest), 65, "traning", "training");
  }

  @Test
  void impossibleHyperparametersAreNamed() throws Exception {
    ObjectNode rate = good();
    rate.withObject("training").put("learningRate", -1);
    assertRefused(consortium.run(rate), 65, "training.learningRate");

    ObjectNode batch = good();
    batch.withObject("training").put("batchSize", 0);
    assertRefused(consortium.run(batch), 65, "training.batchSize");

    ObjectNode split = good();
    split.withObject("split").put("train", 1.5);
    assertRefused(consortium.run(split), 65, "split.train");

    ObjectNode type = good();
    type.withObject("model").put("type", "forest");
    assertRefused(consortium.run(type), 65, "model.type");
  }

  @Test
  void metricsThatTheModelDoesNotHaveEndTheJobWithAReason() throws Exception {
    ObjectNode manifest = good();
    Studies.disclose(manifest, "r2", "researcher");

    JobView job = consortium.run(manifest);

    assertThat(job.failure().orElseThrow().reason()).contains("r2", "logistic");
    assertThat(job.exitCode()).isEqualTo(65);
  }

  @Test
  void aManifestOfAStrangerIsNotAllowed() throws Exception {
    Path stranger =
        consortium.stranger(
            new Principal(Role.RESEARCHER, "mallory"), directory.resolve("mallory"));
    Identity own = consortium.api().identity();
    JobId id = JobId.random(new SecureRandom());

    assertThatThrownBy(() ->
            consortium
                .api()
                .submit(
                    TestConsortium.request(
                        Identity.load(stranger), own, id, Json.bytes(good()), Optional.empty())))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77));

    Path profile =
        consortium.write("mallory.yaml", "identity: mallory\nconsortium: consortium.yaml\n");
    try (ApiClient api = ApiClient.of(ProfileConfig.load(profile))) {
      assertThatThrownBy(api::jobs)
          .isInstanceOfSatisfying(
              CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77));
    }
  }

  @Test
  void aManifestSignedByAnotherRoleIsNotAllowed() throws Exception {
    Identity client = Identity.load(consortium.home(TestConsortium.CLIENT).resolve("identity"));
    Identity own = consortium.api().identity();
    JobId id = JobId.random(new SecureRandom());

    assertThatThrownBy(() ->
            consortium
                .api()
                .submit(
                    TestConsortium.request(client, own, id, Json.bytes(good()), Optional.empty())))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77));
    assertThatThrownBy(
            () -> ApiClient.of(ProfileConfig.load(consortium.profileOf(TestConsortium.CLIENT))))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77));
  }

  // ---- policies --------------------------------------------------------------------------------

  @Test
  void aDisclosureThatOnePolicyForbidsIsRefusedByThatSite() throws Exception {
    ObjectNode manifest = good();
    Studies.disclose(manifest, "auc", "researcher");

    assertRefused(consortium.run(manifest), 77, "hospital-c", "Opening auc to researcher");
  }

  @Test
  void weightsOfTooFewStepsGoToNobody() throws Exception {
    ObjectNode manifest = good();
    Studies.disclose(manifest, "weights", "parties");

    assertRefused(
        consortium.run(manifest),
        77,
        "Weights may be opened after at least 5 epochs",
        "this job may end with 1 such epochs");
  }

  @Test
  void weightsGoToTheResearcherAndNotToTheCoordinator() throws Exception {
    ObjectNode manifest = good();
    manifest.withObject("training").put("epochs", 6);
    Studies.disclose(manifest, "weights", "researcher");

    JobView job = consortium.run(manifest);

    assertThat(job.failure()).isEmpty();
    Results.Weights weights = consortium.results(job).weights().orElseThrow();
    assertThat(weights.features()).contains("dose", "level");
    assertThat(weights.tensors().getFirst().numbers()).hasSize(weights.features().size());
    assertThat(weights.scale()).contains("standardised");
    assertThat(Json.mapperCopy().writeValueAsString(job))
        .doesNotContain("standardised", weights.tensors().getFirst().numbers().get(0).toString());
  }

  @Test
  void aSubmissionWithoutAKeyForItsResultsIsRefusedBeforeAnythingIsRead() throws Exception {
    ApiClient api = consortium.api();
    JobId id = JobId.random(new SecureRandom());
    api.submit(
        TestConsortium.request(
            api.identity(), api.identity(), id, Json.bytes(good()), Optional.empty()));

    assertRefused(consortium.end(id), 65, "without a key that results can be sealed to");
  }

  @Test
  void aDataSetThatThePolicyDoesNotListIsNotRead() throws Exception {
    ObjectNode manifest = good();
    manifest.put("dataset", "private");

    assertRefused(consortium.run(manifest), 77, "The data set private may not be used");
  }

  @Test
  void anUnknownDataSetIsAnsweredAsAForbiddenOne() throws Exception {
    ObjectNode manifest = good();
    manifest.put("dataset", "nowhere");

    assertRefused(consortium.run(manifest), 77, "The data set nowhere may not be used");
  }

  @Test
  void aSchemaThatAsksForMoreThanIsAdmittedIsRefusedInItsOwnWords() throws Exception {
    ObjectNode manifest = good();
    ((ObjectNode) manifest.at("/schema/columns/1")).put("max", 5001);

    assertRefused(consortium.run(manifest), 77, "not admitted as the schema has them", ": level.");
  }

  @Test
  void aSplitThatLeavesFewRecordsIsRefused() throws Exception {
    ObjectNode manifest = good();
    manifest.withObject("split").put("train", 0.9);

    assertRefused(consortium.run(manifest), 77, "too few records in each part");
  }

  @Test
  void recordsOfOneHospitalAreNotThoseOfMany() throws Exception {
    assertRefused(
        consortium.run(Studies.holders(good(), "hospital-a")), 77, "Data holders of the job: 1");
  }

  @Test
  void aResearcherWhomNoPolicyNamesIsRefused() throws Exception {
    Path profile = consortium.profile(new Principal(Role.RESEARCHER, "bert"));
    try (ApiClient api = ApiClient.of(ProfileConfig.load(profile))) {
      JobId id = JobId.random(new SecureRandom());
      api.submit(
          TestConsortium.request(
              api.identity(),
              api.identity(),
              id,
              Json.bytes(good()),
              Optional.of(X25519.hex(X25519.generate(new SecureRandom()).getPublic()))));

      assertThatThrownBy(() -> consortium.end(id)).hasMessageContaining("There is no job");
      assertRefused(
          TestConsortium.end(api, id), 77, "The researcher bert may not submit jobs here");
    }
  }

  // ---- nodes -----------------------------------------------------------------------------------

  @Test
  void aPartyThatIsNotUpIsWaitedForByNameAndThenGivenUp() throws Exception {
    List<String> four = Stream.concat(ALL.stream(), Stream.of(ABSENT.name())).toList();
    JobId id = consortium.submit(Studies.logistic(MODEL, four, ALL));
    consortium.until(id, job -> job.waitingFor().toString().contains("hospital-g is not running"));

    JobView job = consortium.end(id);

    assertThat(job.exitCode()).isEqualTo(75);
    assertThat(job.failure().orElseThrow().reason()).contains("hospital-g is not running");
  }

  @Test
  void anExpiredCertificateStartsNoNode() throws Exception {
    Path identity = consortium.expired(ABSENT, directory.resolve("expired"));

    Shell.Result started = Shell.run("party", "run", "--config", withIdentity(identity));

    assertThat(started.exit()).isEqualTo(77);
    assertThat(started.err()).contains("cert.pem", "expired").doesNotContain("Exception", "\tat");
  }

  @Test
  void aCertificateOfAnotherAuthorityDoesNotGetInAndItsNodeSaysWhy() throws Exception {
    Path identity = consortium.stranger(ABSENT, directory.resolve("foreign"));
    Path own = consortium.config(ABSENT.name());
    String before = Files.readString(own);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    List<Logger> loggers = thoseOfTheLogFile();
    loggers.forEach(logger -> logger.addAppender(log));
    Files.copy(withIdentity(identity), own, StandardCopyOption.REPLACE_EXISTING);
    try {
      consortium.startWithoutWaiting(ABSENT.name());
      for (int poll = 0; poll < POLLS_MAX && !text(log).contains(UNTRUSTED); poll++) {
        Thread.sleep(POLL_MILLIS);
      }
      assertThat(text(log)).contains(UNTRUSTED);
      assertThat(consortium.up()).containsExactlyElementsOf(ALL);
    } finally {
      consortium.stop(ABSENT.name());
      loggers.forEach(logger -> logger.detachAppender(log));
      Files.writeString(own, before);
    }
  }

  /** The root, and those that are kept off the console. */
  private static List<Logger> thoseOfTheLogFile() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    return context.getLoggerList().stream()
        .filter(logger ->
            !logger.isAdditive() || logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME))
        .toList();
  }

  /** Each event with the messages of its throwables, as the file has them. */
  private static String text(ListAppender<ILoggingEvent> log) {
    StringBuilder text = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      text.append(event.getFormattedMessage()).append('\n');
      for (IThrowableProxy cause = event.getThrowableProxy();
          cause != null;
          cause = cause.getCause()) {
        text.append("  ").append(cause.getMessage()).append('\n');
      }
    }
    return text.toString();
  }

  /** A configuration of the absent party with another identity and fresh state. */
  private static Path withIdentity(Path identity) throws IOException {
    return consortium.write(
        ABSENT.name() + "/" + identity.getFileName() + ".yaml",
        """
        identity: %s
        consortium: ../consortium.yaml
        state: state-%s
        datasets: datasets.yaml
        policy: policy.yaml
        """
            .formatted(identity, identity.getFileName()));
  }

  @Test
  void aNodeThatRunsAlreadyIsNotStartedTwice() {
    Shell.Result second = Shell.run("party", "run", "--config", consortium.config("hospital-a"));

    assertThat(second.exit()).isEqualTo(75);
    assertThat(second.err()).contains("already running").doesNotContain("fault of the program");
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    Endpoint data = consortium.consortium().party(ABSENT.name()).orElseThrow().data();
    Endpoint control = consortium.consortium().party(ABSENT.name()).orElseThrow().control();
    for (Endpoint taken : List.of(data, control)) {
      try (ServerSocket held =
          new ServerSocket(taken.port(), 1, InetAddress.getByName(taken.host()))) {
        Shell.Result started =
            Shell.run("party", "run", "--config", consortium.config(ABSENT.name()));

        assertThat(held.isBound()).isTrue();
        assertThat(started.exit()).isEqualTo(75);
        assertThat(started.err())
            .contains(taken.toString(), "port")
            .doesNotContain("Exception", "\tat");
      }
    }
  }

  @Test
  void aSecondJobWaitsAndRunsOnceTheFirstIsCancelledAndNoSessionStaysOpen() throws Exception {
    // Those of the models, which the parties keep for a while.
    int before = openSessions().size();
    ObjectNode endless = good();
    endless.withObject("training").put("epochs", 10_000);
    JobId first = consortium.submit(endless);
    consortium.until(first, job -> job.status() == JobStatus.TRAINING);
    JobId second = consortium.submit(good());
    JobView queued = consortium.until(second, job -> job.status() == JobStatus.QUEUED);
    assertThat(queued.status()).isEqualTo(JobStatus.QUEUED);

    consortium.api().cancel(first, "wrong study");

    JobView cancelled = consortium.end(first);
    assertThat(cancelled.status()).isEqualTo(JobStatus.CANCELLED);
    assertThat(cancelled.failure().orElseThrow().reason()).contains("wrong study");
    assertThat(consortium.end(second).status()).isEqualTo(JobStatus.SUCCEEDED);
    List<String> open = openSessions();
    for (int poll = 0; poll < POLLS_MAX && open.size() > before; poll++) {
      Thread.sleep(POLL_MILLIS);
      open = openSessions();
    }
    assertThat(open).hasSizeLessThanOrEqualTo(before);
  }

  /** The established connections to the parties' data planes, as the kernel lists them. */
  private static List<String> openSessions() throws Exception {
    List<String> open = new ArrayList<>();
    for (String party : ALL) {
      int port = consortium.consortium().party(party).orElseThrow().data().port();
      String local = String.format(":%04X ", port);
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        if (Files.exists(Path.of(table))) {
          Files.readAllLines(Path.of(table)).stream()
              .filter(line -> line.contains(local) && line.contains(" 01 "))
              .forEach(open::add);
        }
      }
    }
    return open;
  }

  @Test
  void aRestartedCoordinatorKeepsJobsAndModelsAndIsNotNeededToPredict() throws Exception {
    List<String> jobs = ids();
    int models = consortium.api().models().size();

    consortium.stopCoordinator();
    assertThat(consortium.predict(MODEL, QUESTION).exit()).isZero();
    consortium.startCoordinator();
    consortium.untilUp(ALL);

    assertThat(ids()).isEqualTo(jobs);
    assertThat(consortium.api().models()).hasSize(models);
  }

  private static List<String> ids() throws Exception {
    return consortium.api().jobs().stream().map(job -> job.id() + " " + job.status()).toList();
  }

  // ---- questions -------------------------------------------------------------------------------

  @Test
  void anUnknownModelMayBeAtTheHospitalThatIsDown() throws Exception {
    Shell.Result answer = consortium.predict("nonesuch", QUESTION);

    assertThat(answer.exit()).isEqualTo(69);
    assertThat(answer.err()).contains(ABSENT.name());
  }

  @Test
  void aClientWhomNoPolicyNamesMayNotAsk() throws Exception {
    consortium.profile(new Principal(Role.CLIENT, "visitor"));

    Shell.Result answer = consortium.predict("visitor", MODEL, QUESTION);

    assertThat(answer.exit()).isEqualTo(77);
    assertThat(answer.err()).contains("visitor");
  }

  @Test
  void aResearcherMayNotAsk() throws Exception {
    assertThat(consortium.predict(TestConsortium.RESEARCHER, MODEL, QUESTION).exit()).isEqualTo(77);
  }

  @Test
  void moreQuestionsThanTheQuotaAreRefused() throws Exception {
    String many = "dose,level,kind\n" + "1.5,20,mixed\n".repeat(TestConsortium.QUOTA + 1);

    Shell.Result answer = consortium.predict(MODEL, many);

    assertThat(answer.exit()).isEqualTo(77);
    assertThat(answer.err()).contains("quota of " + TestConsortium.QUOTA);
    assertThat(answer.out()).isEmpty();
  }

  static Stream<Arguments> badQuestions() {
    return Stream.of(
        Arguments.of(
            "unknown column", "dose,level,kind,size\n1,2,odd,7731.4242\n", "column 4 of 4"),
        Arguments.of("missing column", "dose,kind\n1,odd\n", "column level"),
        Arguments.of("category", "dose,level,kind\n1,2,c7731.4242\n", "row 1, column kind"),
        Arguments.of("range", "dose,level,kind\n7731.4242,2,odd\n", "row 1, column dose"),
        Arguments.of(
            "number", "dose,level,kind\n1,2,odd\n1,x7731.4242,odd\n", "row 2, column level"),
        Arguments.of("ragged", "dose,level,kind\n7731.4242\n", "line 2"),
        Arguments.of("empty", "", "questions.csv"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badQuestions")
  void aBadQuestionIsRefusedBeforeItIsShared(String kind, String csv, String place)
      throws Exception {
    Shell.Result answer = consortium.predict(MODEL, csv);

    assertThat(answer.exit()).isEqualTo(65);
    assertThat(answer.err()).contains(place).doesNotContain("7731", "4242", "Exception");
    assertThat(answer.out()).isEmpty();
  }

  @Test
  void aHospitalThatIsDownIsNamed() throws Exception {
    consortium.stop("hospital-b");
    try {
      Shell.Result answer = consortium.predict(MODEL, QUESTION);

      assertThat(answer.exit()).isEqualTo(69);
      assertThat(answer.err()).contains("hospital-b");
    } finally {
      consortium.start("hospital-b");
    }
  }

  private static void assertRefused(JobView job, int exit, String... words) {
    assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(job.failure().orElseThrow().reason()).contains(words);
    assertThat(job.exitCode()).isEqualTo(exit);
  }
}
