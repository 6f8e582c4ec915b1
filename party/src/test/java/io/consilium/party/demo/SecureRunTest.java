package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.coordinator.cli.ResultsJson;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.Results;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecureRunTest {

  private static final String RESULTS =
      "{\"features\":[\"age\",\"sex=1\"],\"weights\":[[0.5],[-1.25]],\"bias\":[0.125]}";

  @TempDir private Path directory;

  @Test
  void readsWhatTheResearchersCommandPrints() throws Exception {
    ObjectNode job = Json.mapperCopy().valueToTree(job());
    ResultsJson.putInto(job.putObject("results"), results());
    String line = job.toString();

    SecureRun.Ended ended = SecureRun.Ended.parse(line).orElseThrow();

    assertThat(ended.jobId()).isEqualTo("0123456789ab");
    assertThat(ended.version()).isEqualTo("3");
    assertThat(ended.accuracy()).isEqualTo(0.8);
    assertThat(ended.auc()).isEqualTo(0.9);
    assertThat(ended.bytesPerParty()).isEqualTo(2_000);
    assertThat(ended.roundsPerStep()).isEqualTo(20);
    assertThat(ended.seconds()).isEqualTo(9.5);
  }

  @Test
  void takesNothingElseForAnAnswer() {
    assertThat(SecureRun.Ended.parse("it said nothing")).isEmpty();
    assertThat(SecureRun.Ended.parse("{}")).isEmpty();
    assertThat(SecureRun.Ended.parse("7")).isEmpty();
  }

  @Test
  void comparesTheWeightsThatAllPartiesHold() throws Exception {
    List<Path> files = List.of(file("a", RESULTS), file("b", RESULTS), file("c", RESULTS));

    SecureRun run = SecureRun.of(ended(), files);

    assertThat(run.difference(new double[] {0.5, -1.25, 0.125})).isZero();
    assertThat(run.difference(new double[] {0.5, -1.24, 0.1255})).isCloseTo(0.01, within(1e-12));
    assertThatThrownBy(() -> run.difference(new double[] {0.5, 0.125}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void comparesTheParametersOfANetwork() throws Exception {
    String network = "{\"parameters\": {\"0.weights\": [0.5, -1], \"0.bias\": [2]}}";

    SecureRun run = SecureRun.of(ended(), List.of(file("a", network), file("b", network)));

    assertThat(run.difference(new double[] {0.5, -1, 2.25})).isEqualTo(0.25);
  }

  @Test
  void noticesThatPartiesOpenedDifferentWeights() throws Exception {
    List<Path> files =
        List.of(file("a", RESULTS), file("b", RESULTS.replace("0.125]}", "0.126]}")));

    assertThatThrownBy(() -> SecureRun.of(ended(), files))
        .hasMessageContaining("different weights");
  }

  private static SecureRun.Ended ended() {
    return new SecureRun.Ended("0123456789ab", "1", 0.8, 0.9, 2_000, 20, 9.5);
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text);
  }

  private static JobView job() {
    return new JobView(
        new JobId("0123456789ab"),
        "heart",
        JobStatus.SUCCEEDED,
        "researcher",
        Instant.EPOCH,
        Instant.EPOCH,
        List.of("hospital-a", "hospital-b"),
        List.of(
            new JobView.PartyInJob("hospital-a", true, "accepted", 1_000, 20),
            new JobView.PartyInJob("hospital-b", true, "accepted", 2_000, 20)),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new ModelName("heart", "3")),
        Optional.of(9.5),
        List.of());
  }

  private static Results results() {
    return new Results(
        List.of(metric("loss", 1, 0.5), metric("accuracy", 1, 0.8), metric("auc", 1, 0.9)),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of(),
        Map.of(),
        List.of());
  }

  private static Results.Metric metric(String name, int epoch, double value) {
    return Results.Metric.of(name, Optional.empty(), epoch, value, Results.Undefined.NO_NUMBER);
  }
}
