package io.consilium.party.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.cli.ParentWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real command, with real processes, as from a shell. */
final class DemoIT {

  private static final Path LAUNCHER = Path.of(System.getProperty("consilium.home"), "consilium");
  private static final Duration DEMO_MAX = Duration.ofMinutes(10);
  private static final Duration STOP_MAX = Duration.ofSeconds(60);
  private static final double MARGIN = 0.01;
  private static final double MARGIN_OF_AUC = 0.005;

  /** So early in training the accuracy moves by as much with the last bits of the weights. */
  private static final double MARGIN_OF_DIGITS = 0.03;

  /** Of 120 images, four. */
  private static final double MARGIN_OF_IMAGES = 0.035;

  private static final double MARGIN_OF_AUC_OF_IMAGES = 0.01;

  /** Two trainings of a network part ways: single answers differ more than what is counted. */
  private static final double MARGIN_OF_ANSWERS = 0.1;

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** The coordinator and three parties. */
  private static final int NODES = 4;

  private final Set<ProcessHandle> seen = new HashSet<>();

  @TempDir private Path directory;

  @Test
  void trainsServesAndAgreesWithPlaintextAndLeavesNoProcess() throws Exception {
    JsonNode result = finished(demo("--json"));

    agreesWithPlaintext(result);
    assertThat(result.path("hospitals")).hasSize(3);
    assertThat(result.at("/secure/accuracy").asDouble()).isGreaterThan(0.75);
    assertThat(result.path("predictions").asInt()).isEqualTo(12);
    assertThat(Files.readString(directory.resolve("out"))).contains("Opened, by the audit log");
    noProcessIsLeft();
  }

  @Test
  void trainsOnTheRecordsOfFourRealHospitals() throws Exception {
    Path data = Path.of(System.getProperty("consilium.data", ""), "heart-disease");
    assumeThat(data).as("the files of the study heart-disease").isDirectory();

    JsonNode result =
        finished(
            demo("--json", "--study", "heart-disease", "--data", data.toString(), "--seeds", "1"));

    agreesWithPlaintext(result);
    assertThat(result.path("hospitals")).hasSize(4);
    for (JsonNode own : result.path("hospitals")) {
      assertThat(result.at("/secure/accuracy").asDouble())
          .as("better than " + own.path("name").asText() + " alone")
          .isGreaterThan(own.path("accuracy").asDouble());
    }
    noProcessIsLeft();
  }

  /** Made-up X-rays as PNG files in folders, a convolutional network, questions that are images. */
  @Test
  void trainsAConvolutionalNetworkOnImages() throws Exception {
    JsonNode result = finished(demo("--json", "--study", "synthetic-xray"));

    metricsAgree(result, MARGIN_OF_IMAGES, MARGIN_OF_AUC_OF_IMAGES);
    assertThat(result.path("maxPredictionDifference").asDouble())
        .isPositive()
        .isLessThan(MARGIN_OF_ANSWERS);
    assertThat(result.path("roundsPerStep").asInt()).isBetween(24, 64);
    assertThat(result.at("/secure/accuracy").asDouble()).isGreaterThan(0.85);
    assertThat(result.at("/secure/auc").asDouble()).isGreaterThan(0.93);
    assertThat(result.path("steps").asInt()).isPositive();
    assertThat(result.path("rounds").asInt()).isGreaterThan(result.path("steps").asInt());
    noProcessIsLeft();
  }

  /** A small part of MNIST, by the study that trains on all of it. */
  @Test
  void trainsAPerceptronOnHandwrittenDigits() throws Exception {
    Path data = Path.of(System.getProperty("consilium.data", ""), "mnist");
    assumeThat(data).as("the files of the study mnist").isDirectory();
    Path part = Files.createDirectory(directory.resolve("mnist"));
    IdxPart.write(data, part, "train", 1800);
    IdxPart.write(data, part, "t10k", 600);

    JsonNode result =
        finished(demo("--json", "--study", "mnist", "--data", part.toString(), "--no-alone"));

    assertThat(result.at("/secure/accuracy").asDouble())
        .isGreaterThan(0.8)
        .isCloseTo(result.at("/plaintext/accuracy").asDouble(), within(MARGIN_OF_DIGITS));
    assertThat(result.at("/secure/auc").isNull()).isTrue();
    assertThat(result.path("hospitals")).isEmpty();
    noProcessIsLeft();
  }

  @Test
  void leavesNoProcessWhenItIsTerminated() throws Exception {
    Process demo = demo();
    awaitNodes(demo);

    demo.destroy();

    assertThat(demo.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)).isTrue();
    noProcessIsLeft();
  }

  @Test
  void leavesNoProcessWhenItIsKilled() throws Exception {
    Process demo = demo();
    awaitNodes(demo);

    demo.destroyForcibly().waitFor();

    for (ProcessHandle orphan : seen) {
      orphan.onExit().get(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
    }
    noProcessIsLeft();
  }

  private static void agreesWithPlaintext(JsonNode result) {
    metricsAgree(result, MARGIN, MARGIN_OF_AUC);
    assertThat(result.path("maxWeightDifference").asDouble()).isPositive().isLessThan(MARGIN);
    assertThat(result.path("maxPredictionDifference").asDouble()).isPositive().isLessThan(MARGIN);
    assertThat(result.path("roundsPerStep").asInt()).isBetween(1, 24);
  }

  private static void metricsAgree(JsonNode result, double accuracy, double auc) {
    assertThat(result.at("/secure/accuracy").asDouble())
        .isCloseTo(result.at("/plaintext/accuracy").asDouble(), within(accuracy));
    assertThat(result.at("/secure/auc").asDouble())
        .isCloseTo(result.at("/plaintext/auc").asDouble(), within(auc));
    assertThat(result.path("bytesPerParty").asLong()).isPositive();
  }

  private Process demo(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "demo"));
    command.addAll(List.of("--workspace", workspace().toString()));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    // With a parent to watch, the launcher does not build: this build is at work already.
    builder.environment().put(ParentWatch.VARIABLE, String.valueOf(ProcessHandle.current().pid()));
    return builder.start();
  }

  private JsonNode finished(Process demo) throws Exception {
    Instant deadline = Instant.now().plus(DEMO_MAX);
    while (demo.isAlive() && Instant.now().isBefore(deadline)) {
      look(demo);
    }
    boolean ended = !demo.isAlive();
    demo.destroy();
    assertThat(ended).as(progress()).isTrue();
    assertThat(demo.exitValue()).as(progress()).isZero();
    return new ObjectMapper().readTree(Files.readAllLines(directory.resolve("out")).getLast());
  }

  private void awaitNodes(Process demo) throws Exception {
    while (demo.isAlive() && seen.size() < NODES) {
      look(demo);
    }
    assertThat(demo.isAlive()).as(progress()).isTrue();
  }

  /** Remembers every process that the demo has started. */
  private void look(Process demo) throws InterruptedException {
    demo.descendants().forEach(seen::add);
    Thread.sleep(LOOK_EVERY);
  }

  private void noProcessIsLeft() {
    assertThat(seen).hasSizeGreaterThanOrEqualTo(NODES);
    assertThat(seen).noneMatch(ProcessHandle::isAlive);
  }

  private String progress() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  private Path workspace() {
    return directory.resolve("workspace");
  }
}
