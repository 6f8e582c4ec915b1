package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.Results.Metric;
import io.consilium.party.cli.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can take part: any number of data holders, parties without data, every type of model. */
final class ConsortiumIT {

  private static final List<String> DATA =
      List.of("hospital-a", "hospital-b", "hospital-c", "hospital-d");
  private static final List<String> COMPUTE = List.of("hospital-a", "hospital-b", "hospital-c");
  private static final String QUESTION = "dose,level,kind\n1.5,20,mixed\n-2.5,900,odd\n,3,plain\n";

  @TempDir static Path directory;

  private static TestConsortium consortium;

  @BeforeAll
  static void startEverybody() throws Exception {
    consortium =
        TestConsortium.of(
            directory,
            "hospital-a",
            "hospital-b",
            "hospital-c",
            "hospital-d",
            "neutral-e",
            "neutral-f");
    consortium.policy("hospital-d", "manual", Map.of());
    Path policy = consortium.home("hospital-d").resolve("policy.yaml");
    Files.writeString(
        policy,
        Files.readString(policy)
            .replace(", network]", "]")
            .replace("clients:", "outputs: [probabilities, class], clients:"));
    // These three allow a job on the records of one hospital.
    for (String party : List.of("hospital-a", "neutral-e", "neutral-f")) {
      Path own = consortium.home(party).resolve("policy.yaml");
      Files.writeString(own, Files.readString(own).replace("minParties: 3", "minParties: 1"));
    }
    for (String neutral : List.of("neutral-e", "neutral-f")) {
      consortium.partyFile(neutral, false);
      Files.delete(consortium.home(neutral).resolve("datasets.yaml"));
      Files.delete(consortium.home(neutral).resolve("records.csv"));
    }
    consortium.startCoordinator();
    consortium.start(
        "hospital-a", "hospital-b", "hospital-c", "hospital-d", "neutral-e", "neutral-f");
  }

  @AfterAll
  static void stopEverybody() {
    consortium.close();
  }

  @Test
  void oneDataHolderTrainsWithTwoPartiesThatHaveNoData() throws Exception {
    List<String> three = List.of("neutral-e", "hospital-a", "neutral-f");
    ObjectNode manifest = Studies.holders(Studies.logistic("alone", three, three), "hospital-a");
    manifest.withObject("serving").put("output", "class");

    JobView job = consortium.run(manifest);

    assertSucceeded(job, "accuracy");
    assertPredicts("alone", "record,class");
    assertThat(consortium.predict("alone", QUESTION).out().lines().skip(1))
        .allMatch(line -> line.matches("[1-3],(no|yes)"));
  }

  @Test
  void fourDataHoldersTrainAndTheFourthOnlyBringsRecords() throws Exception {
    JobId id = consortium.submit(Studies.logistic("four", DATA, COMPUTE));
    consortium.until(id, job -> job.waitingFor().toString().contains("officer of hospital-d"));
    Shell.Result pending =
        Shell.run("party", "pending", "--config", consortium.config("hospital-d"));
    assertThat(pending.out()).contains(id.value(), "It opens loss to researcher");

    Shell.Result approved =
        Shell.run("party", "approve", id, "--yes", "--config", consortium.config("hospital-d"));

    assertThat(approved.exit()).isZero();
    assertSucceeded(consortium.end(id), "accuracy");
    assertPredicts("four", "record,probability of yes");
  }

  @Test
  void anOfficerRefusesWithAReasonThatTheResearcherReads() throws Exception {
    JobId id = consortium.submit(Studies.logistic("refused", DATA, COMPUTE));
    consortium.until(id, job -> job.waitingFor().toString().contains("officer of hospital-d"));

    Shell.Result refused =
        Shell.run(
            "party",
            "refuse",
            id,
            "--reason",
            "No consent for this purpose",
            "--config",
            consortium.config("hospital-d"));

    assertThat(refused.exit()).isZero();
    JobView job = consortium.end(id);
    assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(job.exitCode()).isEqualTo(77);
    assertThat(job.failure().orElseThrow().reason())
        .contains("hospital-d", "No consent for this purpose");
  }

  @Test
  void aSoftmaxModelTrainsAndAnswers() throws Exception {
    assertSucceeded(consortium.run(Studies.softmax("grades", COMPUTE, COMPUTE)), "accuracy");
    assertPredicts("grades", "record,probability of low,probability of mid,probability of high");
  }

  @Test
  void aDivergingTrainingEndsWithItsReasonAndStoresNoModel() throws Exception {
    ObjectNode manifest = Studies.network("diverging", COMPUTE, COMPUTE);
    manifest.withObject("training").put("epochs", 6).put("learningRate", 16).put("momentum", 0.95);

    JobView job = consortium.run(manifest);

    assertThat(job.status()).isEqualTo(JobStatus.FAILED);
    assertThat(job.exitCode()).isEqualTo(65);
    assertThat(job.failure().orElseThrow().reason())
        .contains("training diverges after epoch ", "lower the learning rate")
        .doesNotContain("loss of epoch");
    assertThat(consortium.results(job).remarks())
        .anyMatch(remark -> remark.contains("training diverges: loss of epoch "));
    assertThat(job.model()).isEmpty();
    assertThat(consortium.predict("diverging", QUESTION).exit()).isNotZero();
  }

  @Test
  void foldsAndEarlyStoppingAreReported() throws Exception {
    ObjectNode manifest = Studies.network("folded", COMPUTE, COMPUTE);
    manifest.withObject("serving").put("output", "topK").put("k", 2);
    ObjectNode training = manifest.withObject("training").put("epochs", 8);
    training.putObject("crossValidation").put("folds", 2);
    training
        .putObject("earlyStopping")
        .put("metric", "accuracy")
        .put("patience", 1)
        .put("minImprovement", 0.5);

    JobView job = consortium.run(manifest);

    assertSucceeded(job, "accuracy");
    Results results = consortium.results(job);
    assertThat(results.remarks())
        .contains(
            "stopped after epoch 2 of 8: accuracy did not improve by more than 0.5 for 1 epochs;"
                + " the model is that of epoch 1.")
        .anyMatch(remark -> remark.startsWith("fold 2: stopped after epoch 2 of 8"));
    assertThat(results.metrics())
        .anyMatch(
            metric -> metric.name().equals("accuracy") && metric.fold().equals(Optional.of(1)))
        .anyMatch(metric -> metric.name().equals("loss") && metric.fold().equals(Optional.of(2)))
        .filteredOn(metric -> metric.name().equals("accuracy"))
        .extracting(Metric::statistic)
        .contains(Results.Statistic.MEAN_OF_FOLDS, Results.Statistic.DEVIATION_OF_FOLDS);
    assertThat(results.evaluations())
        .extracting(Results.Evaluation::part)
        .containsExactly(Results.Part.HELD_OUT, Results.Part.HELD_OUT, Results.Part.VALIDATION);
    assertPredicts("folded", "record,class 1,class 2");
    assertThat(consortium.predict("folded", QUESTION).out().lines().skip(1))
        .allMatch(line -> line.matches("[1-3],(low|mid|high),(low|mid|high)"))
        .noneMatch(line -> line.matches("[1-3],(.*),\\1"));
  }

  @Test
  void aNetworkTrainsAndAnswersWithProbabilities() throws Exception {
    ObjectNode manifest = Studies.network("perceptron", COMPUTE, COMPUTE);
    manifest.withObject("training").put("epochs", 6);

    JobView job = consortium.run(manifest);

    assertSucceeded(job, "accuracy");
    double[] losses =
        consortium.results(job).metrics().stream()
            .filter(metric -> metric.name().equals("loss"))
            .mapToDouble(metric -> metric.number().orElseThrow())
            .toArray();
    assertThat(losses).hasSize(6);
    assertThat(losses[5]).isLessThan(losses[0]);
    assertPredicts(
        "perceptron", "record,probability of low,probability of mid,probability of high");
    Shell.Result answer = consortium.predict("perceptron", QUESTION);
    answer
        .out()
        .lines()
        .skip(1)
        .forEach(line -> {
          String[] cells = line.split(",", -1);
          double sum = 0;
          for (int i = 1; i < cells.length; i++) {
            sum += Double.parseDouble(cells[i]);
          }
          assertThat(sum).isCloseTo(1, within(2e-3));
        });
  }

  @Test
  void aSiteWithoutNetworksOrLogitsInItsPolicyRefusesThem() throws Exception {
    ObjectNode manifest = Studies.network("unwanted", DATA, COMPUTE);
    manifest.withObject("serving").put("output", "logits");

    JobView job = consortium.run(manifest);

    assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(job.exitCode()).isEqualTo(77);
    assertThat(job.failure().orElseThrow().reason())
        .contains("hospital-d", "Models of type network may not be trained")
        .contains(
            "Answers of the kind logits may not be given by a model that is trained here;"
                + " serving.outputs allows probabilities, class.");
  }

  @Test
  void aNetworkThatCannotBeIsRefusedAtItsPlace() throws Exception {
    ObjectNode misspelt = Studies.network("misspelt", COMPUTE, COMPUTE);
    ((ObjectNode) misspelt.at("/model/layers/0/dense")).put("unitz", 8);
    ObjectNode slow = Studies.network("slow", COMPUTE, COMPUTE);
    slow.withObject("training").put("learningRate", 1e-6);

    JobView first = consortium.run(misspelt);
    JobView second = consortium.run(slow);

    for (JobView job : List.of(first, second)) {
      assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
      assertThat(job.exitCode()).isEqualTo(65);
    }
    assertThat(first.failure().orElseThrow().reason())
        .contains("model.layers[0].dense.unitz: unknown key; did you mean 'units'?");
    assertThat(second.failure().orElseThrow().reason())
        .contains("training.learningRate: 1.0E-6 cannot be represented with batches of 32 rows");
  }

  @Test
  void aLinearModelTrainsAndAnswers() throws Exception {
    assertSucceeded(consortium.run(Studies.linear("scores", COMPUTE, COMPUTE)), "r2");
    assertPredicts("scores", "record,value");
  }

  @Test
  void aPartyWithoutDataAnswersAsOneThatHasNoSuchDataSet() throws Exception {
    List<String> three = List.of("neutral-e", "hospital-a", "hospital-b");
    ObjectNode manifest = Studies.logistic("none", three, three);

    JobView job = consortium.run(manifest);

    assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(job.exitCode()).isEqualTo(77);
    assertThat(job.failure().orElseThrow().reason())
        .contains("neutral-e refused", "The data set study may not be used.");
  }

  @Test
  void aModelThatNobodyHasIsNamed() throws Exception {
    Shell.Result answer = consortium.predict("nonesuch", QUESTION);

    assertThat(answer.exit()).isEqualTo(65);
    assertThat(answer.err()).contains("nonesuch").doesNotContain("Exception");
  }

  private static void assertSucceeded(JobView job, String metric) throws Exception {
    assertThat(job.failure()).isEmpty();
    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(job.exitCode()).isZero();
    assertThat(consortium.results(job).metrics()).extracting(Metric::name).contains("loss", metric);
  }

  private static void assertPredicts(String model, String header) throws Exception {
    Shell.Result answer = consortium.predict(model, QUESTION);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exit()).isZero();
    assertThat(answer.out().lines()).hasSize(4).first().isEqualTo(header);
  }
}
