package io.consilium.bench.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.coordinator.cli.CommandLines;
import io.consilium.inference.onnx.OutputRange;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests of ONNX itself, on shares; they are not part of this project. */
final class ConformanceTest {
  /** Its expected output holds NaN, the roots of negative numbers, which no ring element is. */
  private static final String NOT_REPRESENTABLE = "pytorch-operator/test_operator_sqrt";

  private record Outcome(int exit, String out, String err) {
    JsonNode json() throws Exception {
      return new ObjectMapper().readTree(out);
    }
  }

  private static Path data(String name) {
    Path directory = Path.of(System.getProperty("consilium.data", "data")).resolve(name);
    assumeTrue(
        Files.isDirectory(directory),
        () -> "skipped: no test data at " + directory + " (set -Dconsilium.data=DIR)");
    return directory;
  }

  private static Outcome run(String... arguments) {
    PrintStream programOut = System.out;
    PrintStream programErr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      int exit = CommandLines.execute(new OnnxCommand(), arguments);
      return new Outcome(
          exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(programOut);
      System.setErr(programErr);
    }
  }

  @Test
  void everyOperatorTestHoldsOnShares() throws Exception {
    JsonNode json = run("--dir=" + data("onnx-node-tests"), "--json").json();

    for (JsonNode failure : json.at("/failures")) {
      assertThat(failure.at("/name").asText()).isEqualTo(NOT_REPRESENTABLE);
      assertThat(failure.at("/reason").asText()).contains("not a finite number");
    }
    assertThat(json.at("/core/total").asInt()).isEqualTo(240);
    assertThat(json.at("/core/passed").asInt()).isEqualTo(239);
    assertThat(json.at("/extra/passed").asInt()).isEqualTo(json.at("/extra/total").asInt());
  }

  @Test
  void smallNetworksAnswerAsTheyShould() throws Exception {
    JsonNode json =
        run("--dir=" + data("onnx-models"), "--only=acasxu|mnist|cifar", "--json").json();

    assertThat(json.at("/failures")).isEmpty();
    assertThat(json.at("/model/passed").asInt()).isEqualTo(8);
  }

  @Test
  void outputsAreComparedWithWhatIsExpected() {
    Tolerance elements = Tolerance.OfElements.DEFAULT;
    Tolerance network = Tolerance.OfNetwork.of(new OutputRange(100));
    double[] expected = {1, 100, -3};

    assertThat(elements.problem(new double[] {1.011, 101, -3}, expected)).isEmpty();
    assertThat(elements.problem(new double[] {1.013, 100, -3}, expected))
        .hasValueSatisfying(text -> assertThat(text).contains("element 0"));
    assertThat(elements.problem(new double[] {Double.NaN, 100, -3}, expected)).isPresent();
    assertThat(network.problem(new double[] {1.9, 99.5, -3}, expected)).isEmpty();
    assertThat(network.problem(new double[] {1, 98.9, -3}, expected)).isPresent();
    assertThat(network.problem(new double[] {1, 0.5, -3}, expected))
        .hasValueSatisfying(text -> assertThat(text).contains("the largest is element 0"));
  }

  @Test
  void nearTiesAndOutputsNearZeroAreJudgedByTheRangeOfTheOutput() {
    Tolerance network = Tolerance.OfNetwork.of(new OutputRange(1));

    assertThat(network.problem(new double[] {0.507, 0.503}, new double[] {0.5, 0.51})).isEmpty();
    assertThat(network.problem(new double[] {0.507, 0.503}, new double[] {0.48, 0.52})).isPresent();
    assertThat(network.problem(new double[] {0.001}, new double[] {0.0001})).isEmpty();
    assertThat(
            Tolerance.OfNetwork.of(new OutputRange(1e-7))
                .problem(new double[1], new double[] {1e-7}))
        .isPresent();
  }

  @Test
  void aFolderWithoutTestsIsBadData(@TempDir Path empty) {
    Outcome outcome = run("--dir=" + empty);

    assertThat(outcome.exit()).isEqualTo(65);
    assertThat(outcome.err()).contains("no tests").doesNotContain("\tat ");
    assertThat(run("--dir=" + empty.resolve("none")).exit()).isEqualTo(65);
    assertThat(run("--dir=" + empty, "--only=[").exit()).isEqualTo(64);
    assertThat(run().exit()).isEqualTo(64);
  }

  @Test
  void aModelThatIsDamagedFailsItsTestAndNoOther(@TempDir Path directory) throws Exception {
    Path test = Files.createDirectories(directory.resolve("a/test_data_set_0")).getParent();
    Files.write(test.resolve("model.onnx"), new byte[] {1, 2, 3});

    Outcome outcome = run("--dir=" + directory, "--json");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.json().at("/model/total").asInt()).isEqualTo(1);
    assertThat(outcome.json().at("/failures/0/reason").asText()).contains("damaged");
    assertThat(Optional.of(outcome.err()))
        .hasValueSatisfying(err -> assertThat(err).contains("a:"));
  }
}
