package io.consilium.party.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.party.Studies;
import io.consilium.party.cli.Shell.Result;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Dropout;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Relu;
import io.consilium.training.network.Sgd;
import io.consilium.training.network.SoftmaxCrossEntropy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainPlanTest {

  private static final List<String> THREE = List.of("hospital-a", "hospital-b", "hospital-c");

  /** dose, level, and two of the three kinds. */
  private static final int FEATURES = 4;

  private static final int BATCH = 32;

  @TempDir private Path directory;

  private Path study(ObjectNode manifest) throws Exception {
    return Files.writeString(directory.resolve("study.yaml"), manifest.toString());
  }

  private Result plan(ObjectNode manifest, Object... options) throws Exception {
    Object[] arguments = new Object[3 + options.length];
    arguments[0] = "train";
    arguments[1] = study(manifest);
    arguments[2] = "--plan";
    System.arraycopy(options, 0, arguments, 3, options.length);
    return Shell.run(arguments);
  }

  /** What a step of the network of the study costs, from the network itself. */
  private static Cost step() {
    Network network =
        new Network(
            Shape.vector(FEATURES),
            List.of(
                new Dense(8, Initialisation.HE),
                new Relu(),
                new Dropout(0.1, 0),
                new Dense(3, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    return new NetworkStep(network, new Sgd(0.1, 0.5, 0.001, BATCH))
        .cost(BATCH, new FixedPoint(16), 0.1);
  }

  /** One set of rules for a plan, a rehearsal and a submission. */
  @ParameterizedTest
  @ValueSource(strings = {"--plan", "--verify"})
  void refusesWhatASubmissionRefuses(String option) throws Exception {
    for (String name : List.of("x".repeat(300), "Herz-Studie K\u00f6ln 2026", "Heart")) {
      Result result =
          Shell.run("train", study(Studies.network("x", THREE, THREE).put("name", name)), option);

      assertThat(result.exit()).isEqualTo(65);
      assertThat(result.err()).contains("\"name\" should be a small letter");
    }
  }

  @Test
  void printsLayersRangesAndTheExactCostOfAStep() throws Exception {
    Result result = plan(Studies.network("perceptron", THREE, THREE));

    assertThat(result.err()).isEmpty();
    assertThat(result.exit()).isZero();
    Cost step = step();
    assertThat(result.out())
        .containsPattern("study perceptron: network model of 4 features")
        .containsPattern("dense +\\[8] +40")
        .containsPattern("relu +\\[8] +0")
        .containsPattern("dense +\\[3] +27")
        .contains("67 parameters")
        .containsPattern("logits of softmax +40 +768")
        .contains(
            String.format(
                Locale.ROOT,
                "a step of 32 records: %,d rounds, %,d bytes, %.3f s",
                step.rounds(),
                step.bytes(),
                step.rounds() * 1e-3 + step.bytes() / 3.0 * 8 / 1e9))
        .contains("--records N plans the whole run.", "Nothing was submitted.");
  }

  @Test
  void roundsAndBytesBecomeTimeByTheGivenNetwork() throws Exception {
    Result result =
        plan(
            Studies.network("perceptron", THREE, THREE),
            "--records",
            400,
            "--rtt",
            50,
            "--mbit",
            10);

    assertThat(result.exit()).isZero();
    Cost step = step();
    double seconds = step.rounds() * 0.05 + step.bytes() / 3.0 * 8 / 1e7;
    assertThat(result.out())
        .contains(String.format(Locale.ROOT, "bytes, %.3f s", seconds))
        .contains("the whole run of 20 steps, with preparation and disclosures: ")
        .contains("rounds x 50 ms + a third of the bytes at 10 Mbit/s");
  }

  @Test
  void plansModelsWithoutLayersToo() throws Exception {
    Result result = plan(Studies.logistic("heart", THREE, THREE));

    assertThat(result.exit()).isZero();
    assertThat(result.out())
        .containsPattern("logistic +\\[1] +5")
        .contains("a step of 32 records: 21 rounds");
  }

  @Test
  void namesThePlaceOfAMistake() throws Exception {
    ObjectNode manifest = Studies.network("perceptron", THREE, THREE);
    ((ObjectNode) manifest.at("/model/layers/3/dense")).put("units", 4);

    Result result = plan(manifest);

    assertThat(result.exit()).isEqualTo(65);
    assertThat(result.err())
        .contains("model.layers: the last layer gives [4], and the label needs [3]");
  }

  @Test
  void saysAtMostWhereTrainingMayStopAndCountsFolds() throws Exception {
    ObjectNode manifest = Studies.network("perceptron", THREE, THREE);
    ObjectNode training = (ObjectNode) manifest.get("training");
    training.putObject("crossValidation").put("folds", 3);

    Result folds = plan(manifest, "--records", 400);
    training.putObject("earlyStopping").put("metric", "accuracy").put("patience", 2);
    Result stopping = plan(manifest, "--records", 400);

    // 200 and 300 training records in batches of 32, 2 epochs.
    assertThat(folds.out())
        .contains("the whole run of 62 steps, with preparation and disclosures: ")
        .contains("Of it, the cross-validation trains 3 models beforehand.")
        .contains("opens loss: 8 numbers", "opens accuracy: 4 numbers");
    assertThat(stopping.out())
        .contains("the whole run of at most 62 steps")
        .contains("opens accuracy: at most 8 numbers");
  }

  @Test
  void namesThePlaceOfAKeyThatIsWrong() throws Exception {
    ObjectNode manifest = Studies.network("perceptron", THREE, THREE);
    ((ObjectNode) manifest.get("training")).put("learningRate", 1e-12);
    Result rate = plan(manifest);
    ((ObjectNode) manifest.get("training")).put("learnigRate", 0.1);
    Result key = plan(manifest);

    assertThat(rate.exit()).isEqualTo(65);
    assertThat(rate.err())
        .contains("training.learningRate: 1.0E-12 cannot be represented with batches of 32 rows");
    assertThat(key.exit()).isEqualTo(65);
    assertThat(key.err())
        .contains("training.learnigRate: unknown key; did you mean 'learningRate'?");
  }

  @Test
  void refusesNetworksThatCannotBe() throws Exception {
    ObjectNode manifest = Studies.network("perceptron", THREE, THREE);

    assertThat(plan(manifest, "--mbit", 0).exit()).isEqualTo(64);
    assertThat(plan(manifest, "--rtt", -1).exit()).isEqualTo(64);
    assertThat(plan(manifest, "--records", 1).exit()).isEqualTo(64);
    assertThat(Shell.run("train", study(manifest)).exit()).isEqualTo(64);
  }
}
