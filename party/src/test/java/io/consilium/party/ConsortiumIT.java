package io.consilium.party;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.ReportDocument.Metric;
import io.consilium.party.cli.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    JobView job =
        consortium.run(Studies.holders(Studies.logistic("alone", three, three), "hospital-a"));

    assertSucceeded(job, "accuracy");
    assertPredicts("alone", "record,probability of yes");
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
  void aLinearModelTrainsAndAnswers() throws Exception {
    assertSucceeded(consortium.run(Studies.linear("scores", COMPUTE, COMPUTE)), "r2");
    assertPredicts("scores", "record,value");
  }

  @Test
  void aPartyWithoutDataThatIsToBringSomeSaysSo() throws Exception {
    List<String> three = List.of("neutral-e", "hospital-a", "hospital-b");
    ObjectNode manifest = Studies.logistic("none", three, three);

    JobView job = consortium.run(manifest);

    assertThat(job.status()).isEqualTo(JobStatus.REFUSED);
    assertThat(job.exitCode()).isEqualTo(65);
    assertThat(job.failure().orElseThrow().reason())
        .contains("dataHolders", "neutral-e has no data");
  }

  @Test
  void aModelThatNobodyHasIsNamed() throws Exception {
    Shell.Result answer = consortium.predict("nonesuch", QUESTION);

    assertThat(answer.exit()).isEqualTo(65);
    assertThat(answer.err()).contains("nonesuch").doesNotContain("Exception");
  }

  private static void assertSucceeded(JobView job, String metric) {
    assertThat(job.failure()).isEmpty();
    assertThat(job.status()).isEqualTo(JobStatus.SUCCEEDED);
    assertThat(job.exitCode()).isZero();
    assertThat(job.metrics()).extracting(Metric::name).contains("loss", metric);
  }

  private static void assertPredicts(String model, String header) throws Exception {
    Shell.Result answer = consortium.predict(model, QUESTION);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exit()).isZero();
    assertThat(answer.out().lines()).hasSize(4).first().isEqualTo(header);
  }
}
