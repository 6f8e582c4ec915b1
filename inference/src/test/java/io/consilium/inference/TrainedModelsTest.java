package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.InsecureShareAccess;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.Formats;
import io.consilium.training.ModelLayout;
import io.consilium.training.SharedModel;
import io.consilium.training.network.BinaryCrossEntropy;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Dropout;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Relu;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What training leaves behind, stored, restored and asked. */
final class TrainedModelsTest {
  private static final int FEATURES = 5;
  private static final int ROWS = 12;
  private static final double TOLERANCE = 2e-3;

  private final Random random = new Random(3);
  private final double[] means = uniform(FEATURES, 0.2, 0.8);
  private final Question question = question();

  private double[] uniform(int count, double from, double to) {
    return random.doubles(count, from, to).toArray();
  }

  private Question question() {
    double[][] features = new double[ROWS][];
    boolean[][] present = new boolean[ROWS][FEATURES];
    for (int i = 0; i < ROWS; i++) {
      features[i] = uniform(FEATURES, 0, 1);
      for (int j = 0; j < FEATURES; j++) {
        present[i][j] = random.nextInt(4) > 0;
      }
    }
    return new Question(features, present);
  }

  private static ModelCard card(ModelLayout layout, List<String> classes) {
    ModelCard other = TestModel.card(1);
    return new ModelCard(
        other.name(),
        other.version(),
        layout.model().type(),
        other.jobId(),
        layout.planDigest(),
        other.computeParties(),
        layout.toJson(),
        other.schema(),
        other.layout(),
        TrainedModels.features(layout),
        TrainedModels.output(layout, classes, AnswerRule.standard(!classes.isEmpty())),
        other.created());
  }

  /** The answers of the served model, [rows][outputs]. */
  private double[][] served(
      ModelLayout layout, List<String> classes, double[] folded, double[] intercepts) {
    return served(
        layout,
        classes,
        Map.of(
            "means", means,
            "scales", ones(),
            "limits", ones(),
            "weights", folded,
            "folded", folded,
            "intercepts", intercepts));
  }

  private double[][] served(
      ModelLayout layout, List<String> classes, Map<String, double[]> values) {
    ModelCard card = card(layout, classes);
    List<ModelAsset> assets =
        new ThreeParties(1)
            .run(b ->
                ModelAsset.export(
                    card, model(b, layout, values).tensors(), b, InsecureShareAccess.get()))
            .results();
    long[] codes =
        new ThreeParties(2)
            .run(b -> answer(b, card, assets.get(b.self().ordinal())))
            .results()
            .getFirst();
    double[] flat = card.output().format().decode(codes);
    double[][] answers = new double[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      int columns = card.output().columns();
      answers[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return answers;
  }

  private static double[] ones() {
    double[] ones = new double[FEATURES];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static SharedModel model(Backend b, ModelLayout layout, Map<String, double[]> values) {
    Map<String, SecretTensor> tensors = new LinkedHashMap<>();
    layout
        .tensors()
        .forEach((name, tensor) ->
            tensors.put(
                name,
                b.constant(
                    tensor.shape(), tensor.format(), tensor.format().encode(values.get(name)))));
    return SharedModel.of(layout, tensors);
  }

  private long[] answer(Rep3Backend b, ModelCard card, ModelAsset asset) {
    SecretModel model = new TrainedModels().load(asset, asset.restore(b));
    try {
      SecretTensor features =
          b.constant(
              card.features().shape(ROWS),
              card.features().format(),
              question.featureCodes(card.features()));
      SecretTensor mask =
          b.constant(card.features().shape(ROWS), FixedPoint.INTEGER, question.maskCodes());
      SecretTensor prediction = model.predict(b, features, mask);
      assertThat(prediction.format()).isEqualTo(card.output().format());
      assertThat(prediction.shape().dimensions()).containsExactly(ROWS, card.output().columns());
      return b.open(prediction, ThreeParties.any());
    } catch (PredictionException e) {
      throw new AssertionError(e);
    }
  }

  private double score(int row, int output, int outputs, double[] folded, double[] intercepts) {
    double score = intercepts[output];
    for (int j = 0; j < FEATURES; j++) {
      if (question.present()[row][j]) {
        score += (question.features()[row][j] - means[j]) * folded[j * outputs + output];
      }
    }
    return score;
  }

  /** Codes that no honest client shares, in a batch with an honest question. */
  @Test
  void aHostileQuestionGetsALegalAnswerAndSpoilsNoOther() {
    long[] hostile = {1L << 60, -(1L << 60), Long.MIN_VALUE, 1L << 62, 7};
    double[] folded = uniform(FEATURES, -6, 6);
    ModelLayout layout = new ModelLayout(new ModelSpec.Logistic(), FEATURES, true, "00");
    Map<String, double[]> values =
        Map.of(
            "means",
            means,
            "scales",
            ones(),
            "limits",
            ones(),
            "weights",
            folded,
            "folded",
            folded,
            "intercepts",
            new double[] {0.25});
    FixedPoint format = TrainedModels.features(layout).format();
    Shape shape = Shape.matrix(3, FEATURES);
    long[] codes = new long[3 * FEATURES];
    long[] mask = new long[3 * FEATURES];
    Arrays.fill(mask, 1);
    for (int j = 0; j < FEATURES; j++) {
      codes[j] = format.encode(0.5);
      codes[FEATURES + j] = hostile[j];
      mask[FEATURES + j] = hostile[FEATURES - 1 - j] | 1;
      codes[2 * FEATURES + j] = format.encode(0.5);
      mask[2 * FEATURES + j] = 1L << (j + 8);
    }

    List<long[]> answers =
        new ThreeParties(4)
            .run(b ->
                b.open(
                    model(b, layout, values)
                        .predict(
                            b,
                            b.constant(shape, format, codes),
                            b.constant(shape, FixedPoint.INTEGER, mask)),
                    ThreeParties.any()))
            .results();

    double score = 0.25;
    for (int j = 0; j < FEATURES; j++) {
      score += (0.5 - means[j]) * folded[j];
    }
    double[] probabilities = Formats.PREDICTIONS.decode(answers.getFirst());
    assertThat(probabilities[0]).isCloseTo(1 / (1 + Math.exp(-score)), within(TOLERANCE));
    assertThat(probabilities[1]).isBetween(-TOLERANCE, 1 + TOLERANCE);
    // An even mask is none: nothing is there.
    assertThat(probabilities[2]).isCloseTo(1 / (1 + Math.exp(-0.25)), within(TOLERANCE));
  }

  /** Scores that 32 bits cannot compare: weights are large, and the question is legal. */
  @Test
  void scoresBeyondTheirRangeAreAtItsEnd() {
    double[] folded = {9000, 0, 0, 0, 0};
    ModelLayout layout = new ModelLayout(new ModelSpec.Logistic(), FEATURES, true, "00");
    for (double sign : new double[] {1, -1}) {
      double[][] answers =
          served(layout, List.of("no", "yes"), folded, new double[] {sign * 12_000});
      for (double[] answer : answers) {
        assertThat(answer[0]).isCloseTo(sign > 0 ? 1 : 0, within(TOLERANCE));
      }
    }
  }

  @Test
  void servesALogisticModel() {
    double[] folded = uniform(FEATURES, -6, 6);
    double[] intercepts = {0.25};
    ModelLayout layout = new ModelLayout(new ModelSpec.Logistic(), FEATURES, true, "00");

    double[][] answers = served(layout, List.of("healthy", "ill"), folded, intercepts);

    for (int i = 0; i < ROWS; i++) {
      double clear = 1 / (1 + Math.exp(-score(i, 0, 1, folded, intercepts)));
      assertThat(answers[i][0]).isCloseTo(clear, within(TOLERANCE));
    }
  }

  @Test
  void servesALinearModel() {
    double[] folded = uniform(FEATURES, -30, 30);
    double[] intercepts = {140};
    ModelLayout layout = new ModelLayout(new ModelSpec.Linear(), FEATURES, true, "00");

    double[][] answers = served(layout, List.of(), folded, intercepts);

    for (int i = 0; i < ROWS; i++) {
      double clear = score(i, 0, 1, folded, intercepts);
      assertThat(answers[i][0]).isCloseTo(clear, within(TOLERANCE));
    }
  }

  @Test
  void servesASoftmaxModel() {
    int classes = 3;
    double[] folded = uniform(FEATURES * classes, -4, 4);
    double[] intercepts = uniform(classes, -1, 1);
    ModelLayout layout = new ModelLayout(new ModelSpec.Softmax(classes), FEATURES, true, "00");

    double[][] answers = served(layout, List.of("a", "b", "c"), folded, intercepts);

    for (int i = 0; i < ROWS; i++) {
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += Math.exp(score(i, k, classes, folded, intercepts));
      }
      for (int k = 0; k < classes; k++) {
        double clear = Math.exp(score(i, k, classes, folded, intercepts)) / sum;
        assertThat(answers[i][k]).isCloseTo(clear, within(TOLERANCE));
      }
    }
  }

  @Test
  void servesANetwork() {
    int units = 4;
    Neural network =
        new Neural(
            Optional.empty(),
            List.of(
                new Dense(units, Initialisation.HE),
                new Relu(),
                new Dropout(0.5, 1),
                new Dense(1, Initialisation.GLOROT)),
            new BinaryCrossEntropy(),
            2);
    double[] scales = uniform(FEATURES, 1, 4);
    double[] first = uniform(FEATURES * units, -2, 2);
    double[] firstBias = uniform(units, -1, 1);
    double[] last = uniform(units, -2, 2);
    double[] lastBias = {0.5};
    ModelLayout layout = new ModelLayout(network, FEATURES, true, "00");

    double[][] answers =
        served(
            layout,
            List.of("healthy", "ill"),
            Map.of(
                "means", means,
                "scales", scales,
                "limits", ones(),
                "0.weights", first,
                "0.bias", firstBias,
                "3.weights", last,
                "3.bias", lastBias));

    for (int i = 0; i < ROWS; i++) {
      double z = lastBias[0];
      for (int k = 0; k < units; k++) {
        double hidden = firstBias[k];
        for (int j = 0; j < FEATURES; j++) {
          if (question.present()[i][j]) {
            double x = (question.features()[i][j] - means[j]) * scales[j];
            hidden += x * first[j * units + k];
          }
        }
        z += Math.max(0, hidden) * last[k];
      }
      assertThat(answers[i][0]).isCloseTo(1 / (1 + Math.exp(-z)), within(TOLERANCE));
    }
  }

  @Test
  void refusesACardThatDoesNotDescribeATrainedModel() {
    assertThatThrownBy(
            () -> new TrainedModels().load(new ModelAsset(TestModel.card(1), List.of()), Map.of()))
        .hasMessageContaining("the card of model 'heart-risk' version 1 does not describe");
    ModelLayout layout = new ModelLayout(new ModelSpec.Logistic(), FEATURES, true, "00");
    assertThatThrownBy(
            () -> TrainedModels.output(layout, List.of("only one"), AnswerRule.probabilities()))
        .hasMessage("the model has 2 classes, not 1");
  }
}
