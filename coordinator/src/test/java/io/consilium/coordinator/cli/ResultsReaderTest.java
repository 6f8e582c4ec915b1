package io.consilium.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.coordinator.TestConsortium;
import io.consilium.coordinator.cli.CheckedResults.State;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.ReportDocument.Content;
import io.consilium.coordinator.contract.ReportDocument.Failed;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Phase;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Confusion;
import io.consilium.coordinator.contract.Results.Evaluation;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.coordinator.contract.Results.Part;
import io.consilium.coordinator.contract.Results.Statistic;
import io.consilium.coordinator.contract.Results.Tensor;
import io.consilium.coordinator.contract.Results.Undefined;
import io.consilium.coordinator.contract.Results.Weights;
import io.consilium.coordinator.contract.ResultsBox;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results are believed if the three parties have signed the same, and nothing less. */
final class ResultsReaderTest {
  private static final JobId ID = new JobId("0123456789ab");
  private static final JobId OTHER = new JobId("ffffffffffff");
  private static final String PLAN = "ab".repeat(32);
  private static final List<String> ABC = List.of("a", "b", "c");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ModelName MODEL = new ModelName("risk", "1");
  private static final Succeeded DONE = new Succeeded(MODEL, 1, 17, 2.5);

  @TempDir private Path directory;

  private TestConsortium consortium;
  private ResultKeys keys;
  private ResultKey key;
  private ResultsReader reader;

  @BeforeEach
  void prepare() throws Exception {
    consortium = TestConsortium.of(directory, "a", "b", "c", "d");
    keys = ResultKeys.of(ProfileConfig.load(consortium.profile(Role.RESEARCHER, "anna")));
    key = keys.create(ID, PLAN, ABC, RANDOM);
    reader = new ResultsReader(consortium.identity(Role.RESEARCHER, "anna").trust(), keys);
  }

  @Test
  void believesWhatAllThreeSay() throws Exception {
    CheckedResults checked = reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), of("b"), of("c")));

    assertThat(checked.state()).isEqualTo(State.AGREED);
    assertThat(checked.results()).isEqualTo(results(0.8));
    assertThat(checked.exitCode()).isZero();
    assertThat(ResultsText.of(checked))
        .contains("a, b and c say the same; each has signed it.")
        .containsPattern("accuracy +0.8000 +- +20 +74 validation records +share of records");
  }

  @Test
  void namesThePartyThatSaysSomethingElse() throws Exception {
    CheckedResults checked =
        reader.read(
            ID,
            job(
                JobStatus.SUCCEEDED,
                of("a"),
                signed("b", report(ID, 1, "b", 9, DONE), PLAN, results(0.9)),
                of("c")));

    assertRefused(
        checked,
        "b says something else than a and c: accuracy after epoch 20 is 0.9000 there and 0.8000"
            + " elsewhere.");
    assertThat(checked.results()).isEqualTo(Results.NONE);
    assertThat(ResultsText.of(checked)).contains("NOT TO BE BELIEVED").doesNotContain("DISCLOSED");
    assertThat(ResultsJson.of(checked).path("metrics")).isEmpty();
  }

  @Test
  void noticesAnEditedReport() throws Exception {
    SignedDocument b = of("b");
    byte[] edited = b.document().clone();
    edited[edited.length / 2] ^= 1;

    assertRefused(
        reader.read(
            ID,
            job(
                JobStatus.SUCCEEDED,
                of("a"),
                new SignedDocument(b.kind(), edited, b.certificate(), b.signature()),
                of("c"))),
        "The signature of party:b does not fit");
  }

  @Test
  void noticesResultsThatWereSwappedWithinReportsThatAColludingPartySigns() throws Exception {
    // The box of an earlier report in a later one: the party signs what the coordinator gives it.
    ReportDocument early =
        ResultsBox.seal(
            report(ID, 1, "b", 3, progress()), results(0.5), PLAN, key.pair().getPublic(), RANDOM);
    ReportDocument late = new ReportDocument(ID, 1, "b", 9, DONE, early.results());

    assertRefused(
        reader.read(
            ID,
            job(
                JobStatus.SUCCEEDED,
                of("a"),
                Document.sign(consortium.identity(Role.PARTY, "b"), late),
                of("c"))),
        "The results of b cannot be opened");
  }

  @Test
  void noticesReportsOfAnotherJobOrAttempt() throws Exception {
    SignedDocument otherJob = signed("b", report(OTHER, 1, "b", 9, DONE), PLAN, results(0.8));
    SignedDocument otherAttempt = signed("b", report(ID, 2, "b", 9, DONE), PLAN, results(0.8));
    SignedDocument otherPlan =
        signed("b", report(ID, 1, "b", 9, DONE), "cd".repeat(32), results(0.8));

    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), otherJob, of("c"))),
        "The report of b is of job " + OTHER);
    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), otherAttempt, of("c"))),
        "different attempts");
    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), otherPlan, of("c"))), "different plans");
  }

  @Test
  void noticesWhatIsMissingTwiceOrOfNobody() throws Exception {
    SignedDocument early = signed("b", report(ID, 1, "b", 3, progress()), PLAN, results(0.8));
    SignedDocument bare =
        Document.sign(consortium.identity(Role.PARTY, "b"), report(ID, 1, "b", 9, DONE));

    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), of("c"))),
        "The results of b are missing");
    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), early, of("c"))),
        "The last report of b is missing");
    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), bare, of("c"))),
        "The results of b are missing");
    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), of("a"), of("c"))), "two reports of a");
    assertRefused(
        reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), of("d"), of("c"))),
        "d is no compute party of this job");
    assertRefused(reader.read(ID, job(JobStatus.SUCCEEDED)), "The results of a are missing");
  }

  @Test
  void noticesAReportThatSpeaksForAnother() throws Exception {
    ReportDocument forB =
        ResultsBox.seal(
            report(ID, 1, "b", 9, DONE), results(0.9), PLAN, key.pair().getPublic(), RANDOM);

    assertRefused(
        reader.read(
            ID,
            job(
                JobStatus.SUCCEEDED,
                of("a"),
                Document.sign(consortium.identity(Role.PARTY, "a"), forB),
                of("c"))),
        "A report of b is signed by party:a");
  }

  @Test
  void noticesThatTheCoordinatorGoesBackToAnOlderReport() throws Exception {
    JobView late =
        job(JobStatus.TRAINING, signed("a", report(ID, 1, "a", 5, progress()), PLAN, results(0.8)));
    JobView early =
        job(JobStatus.TRAINING, signed("a", report(ID, 1, "a", 4, progress()), PLAN, results(0.8)));

    assertThat(reader.read(ID, late).state()).isEqualTo(State.WAITING);
    assertRefused(reader.read(ID, early), "shows an older report of a");
  }

  @Test
  void noticesAnotherJobAndAnotherModelThanTheReportsSay() throws Exception {
    JobView job = job(JobStatus.SUCCEEDED, of("a"), of("b"), of("c"));
    JobView renamed =
        new JobView(
            ID,
            job.name(),
            job.status(),
            job.researcher(),
            job.submittedAt(),
            job.updatedAt(),
            job.computeParties(),
            job.parties(),
            job.waitingFor(),
            job.failure(),
            job.progress(),
            Optional.of(new ModelName("risk", "7")),
            job.seconds(),
            job.reports());

    assertRefused(reader.read(ID, renamed), "a stored another model than the coordinator says");
    keys.create(OTHER, PLAN, ABC, RANDOM);
    assertRefused(reader.read(OTHER, job), "answers with job " + ID);
  }

  @Test
  void showsWhileAJobRunsWhatAllThreeHaveSaid() throws Exception {
    Results two = withLosses(0.7, 0.6);
    Results three = withLosses(0.7, 0.6, 0.5);
    JobView job =
        job(
            JobStatus.TRAINING,
            signed("a", report(ID, 1, "a", 5, progress()), PLAN, three),
            signed("b", report(ID, 1, "b", 4, progress()), PLAN, two),
            signed("c", report(ID, 1, "c", 5, progress()), PLAN, three));

    CheckedResults checked = reader.read(ID, job);

    assertThat(checked.state()).isEqualTo(State.AGREED);
    assertThat(checked.results().metrics()).isEqualTo(two.metrics());
    // The label of a loss is that of its own epoch, not that of the epoch under way.
    assertThat(Texts.progress(job, progress(), checked.results(), Optional.empty()))
        .startsWith("epoch 3 of 20, loss 0.6000 after epoch 2 on 74 validation records");
    JobView different =
        job(
            JobStatus.TRAINING,
            signed("a", report(ID, 1, "a", 6, progress()), PLAN, three),
            signed("b", report(ID, 1, "b", 6, progress()), PLAN, withLosses(0.7, 0.61)),
            signed("c", report(ID, 1, "c", 6, progress()), PLAN, three));
    assertRefused(
        reader.read(ID, different), "loss after epoch 2 is 0.6000 by a and c, but 0.6100 by b");
  }

  @Test
  void tellsWhyATrainingDivergedToTheResearcherAlone() throws Exception {
    Failed failed =
        new Failed(FailureKind.BAD_DATA, "training", "training diverges.", Optional.empty());
    Results why = withRemark("training diverges: loss of epoch 3 is 41.2 after 0.7 in epoch 1.");
    List<SignedDocument> reports = new ArrayList<>();
    for (String party : ABC) {
      reports.add(signed(party, report(ID, 1, party, 9, failed), PLAN, why));
    }

    CheckedResults checked =
        reader.read(ID, job(JobStatus.FAILED, reports.toArray(SignedDocument[]::new)));

    assertThat(checked.state()).isEqualTo(State.AGREED);
    assertThat(ResultsText.of(checked)).contains("41.2");
    for (SignedDocument report : reports) {
      assertThat(new String(report.document(), StandardCharsets.UTF_8)).doesNotContain("41.2");
    }
  }

  @Test
  void saysThatAKeyIsLost() throws Exception {
    Files.delete(keys.file(ID));

    CheckedResults checked = reader.read(ID, job(JobStatus.SUCCEEDED, of("a"), of("b"), of("c")));

    assertThat(checked.state()).isEqualTo(State.NO_KEY);
    assertThat(checked.exitCode()).isEqualTo(65);
    assertThat(ResultsText.of(checked)).contains(keys.file(ID) + " is not there");
    assertThat(reader.read(ID, job(JobStatus.SUCCEEDED)).state()).isEqualTo(State.NONE);
  }

  @Test
  void keepsKeysForTheirOwnerAlone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.file(ID))))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.file(ID).getParent())))
        .isEqualTo("rwx------");
    assertThat(keys.find(ID).orElseThrow().publicHex()).isEqualTo(key.publicHex());
    Files.setPosixFilePermissions(keys.file(ID), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> keys.find(ID))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("can be used by others");
    Files.setPosixFilePermissions(keys.file(ID), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(keys.file(ID), "{}");
    assertThatThrownBy(() -> keys.find(ID)).hasMessageContaining("is damaged");
  }

  @Test
  void readsWhatIsUndefinedAndWhatAConfusionMatrixIs() throws Exception {
    Results results =
        new Results(
            List.of(
                Metric.of("auc", Optional.of(2), 20, Double.NaN, Undefined.ONE_CLASS),
                Metric.of(
                    "auc",
                    Statistic.MEAN_OF_FOLDS,
                    Optional.empty(),
                    Optional.empty(),
                    Double.NaN,
                    Undefined.UNDEFINED_FOLD)),
            List.of(
                new Confusion(Optional.empty(), 20, List.of(List.of(40L, 3L), List.of(5L, 26L)))),
            Optional.empty(),
            List.of(),
            List.of(
                new Evaluation(Optional.of(2), Part.HELD_OUT, Optional.of(30L), Optional.empty()),
                new Evaluation(
                    Optional.empty(), Part.VALIDATION, Optional.of(74L), Optional.empty())),
            Map.of("auc", "area"),
            List.of("well", "ill"));
    CheckedResults checked = agreed(results);

    assertThat(ResultsText.of(checked))
        .containsPattern(
            "auc +undefined \\(all records have the same class\\) +2 +20 +30 held-out records")
        .containsPattern("auc, mean of the folds +undefined \\(it is undefined in a fold\\)")
        .contains("after epoch 20, on 74 validation records")
        .contains("Rows: actual class; columns: predicted class.")
        .containsPattern("ACTUAL +well +ill")
        .containsPattern("ill +5 +26");
    JsonNode json = ResultsJson.of(checked);
    assertThat(json.at("/metrics/0/value").asText()).isEqualTo("undefined");
    assertThat(json.at("/metrics/0/reason").asText()).contains("same class");
    assertThat(json.at("/metrics/0/fold").asInt()).isEqualTo(2);
    assertThat(json.at("/metrics/0/records").asInt()).isEqualTo(30);
    assertThat(json.at("/confusion/0/rows").asText()).isEqualTo("actual");
    assertThat(json.at("/confusion/0/counts/1/0").asInt()).isEqualTo(5);
    assertThat(json.toString()).doesNotContain("NaN");
  }

  @Test
  void marksTheValuesOfTheEpochThatIsKept() throws Exception {
    Results given = withLosses(0.7, 0.5, 0.6);
    Results results =
        new Results(
            given.metrics(),
            List.of(),
            Optional.empty(),
            List.of(),
            List.of(
                new Evaluation(
                    Optional.empty(), Part.VALIDATION, Optional.empty(), Optional.of(2))),
            given.units(),
            List.of());

    assertThat(ResultsText.of(agreed(results)))
        .containsPattern("loss +0.5000 +- +2 +validation records +log loss")
        .doesNotContain("0.6000");
    assertThat(ResultsJson.of(agreed(results)).at("/metrics/1/ofModel").asBoolean()).isTrue();
    assertThat(ResultsJson.of(agreed(results)).at("/metrics/2/ofModel").asBoolean()).isFalse();
  }

  @Test
  void writesWeightsWithTheirNamesAndScale() throws Exception {
    Weights weights =
        new Weights(
            "logistic",
            "Inputs are standardised.",
            List.of("age"),
            List.of(
                new Tensor("weights", List.of(1, 1), List.of(0.5)),
                new Tensor("intercepts", List.of(1), List.of(-1.0 / 3))));
    Results results =
        new Results(
            List.of(), List.of(), Optional.of(weights), List.of(), List.of(), Map.of(), List.of());
    Path file = directory.resolve("weights.json");

    WeightsFile.write(file, job(JobStatus.SUCCEEDED), agreed(results));

    assertThat(Files.readString(file))
        .contains("\"age\"", "Inputs are standardised.", "-0.3333333333333333", "\"intercepts\"");
    assertThatThrownBy(
            () -> WeightsFile.write(file, job(JobStatus.SUCCEEDED), agreed(results(0.8))))
        .isInstanceOfSatisfying(CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(77))
        .hasMessageContaining("were not disclosed to you");
  }

  private static CheckedResults agreed(Results results) {
    return new CheckedResults(State.AGREED, ABC, results, List.of());
  }

  private static void assertRefused(CheckedResults checked, String problem) {
    assertThat(checked.state()).isEqualTo(State.REFUSED);
    assertThat(checked.exitCode()).isEqualTo(65);
    assertThat(checked.problems()).anySatisfy(each -> assertThat(each).contains(problem));
    assertThat(checked.results()).isEqualTo(Results.NONE);
  }

  private SignedDocument of(String party) throws Exception {
    return signed(party, report(ID, 1, party, 9, DONE), PLAN, results(0.8));
  }

  private SignedDocument signed(String party, ReportDocument report, String plan, Results results)
      throws Exception {
    return Document.sign(
        consortium.identity(Role.PARTY, party),
        ResultsBox.seal(report, results, plan, key.pair().getPublic(), RANDOM));
  }

  private static ReportDocument report(
      JobId id, int attempt, String party, long sequence, Content content) {
    return new ReportDocument(id, attempt, party, sequence, content);
  }

  private static Progress progress() {
    return new Progress(Phase.TRAINING, 0, 0, 3, 20, 1, 10, 0, 0, 0);
  }

  private static Results results(double accuracy) {
    return of(
        List.of(Metric.of("accuracy", Optional.empty(), 20, accuracy, Undefined.NO_NUMBER)),
        List.of());
  }

  private static Results withLosses(double... losses) {
    List<Metric> metrics = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      metrics.add(Metric.of("loss", Optional.empty(), i + 1, losses[i], Undefined.NO_NUMBER));
    }
    return of(metrics, List.of());
  }

  private static Results withRemark(String remark) {
    return of(List.of(), List.of(remark));
  }

  private static Results of(List<Metric> metrics, List<String> remarks) {
    return new Results(
        metrics,
        List.of(),
        Optional.empty(),
        remarks,
        List.of(
            new Evaluation(Optional.empty(), Part.VALIDATION, Optional.of(74L), Optional.empty())),
        Map.of("accuracy", "share of records", "loss", "log loss"),
        List.of());
  }

  private static JobView job(JobStatus status, SignedDocument... reports) {
    return new JobView(
        ID,
        "risk",
        status,
        "anna",
        Instant.EPOCH,
        Instant.EPOCH,
        ABC,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(MODEL),
        Optional.empty(),
        List.of(reports));
  }
}
