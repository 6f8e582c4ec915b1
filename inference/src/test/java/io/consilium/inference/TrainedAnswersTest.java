package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.OutputRule;
import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.CostBackend;
import io.consilium.training.ModelLayout;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Relu;
import io.consilium.training.network.SoftmaxCrossEntropy;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of answer of every kind of classifier, against scores in the clear. */
final class TrainedAnswersTest {
  private static final int FEATURES = 4;
  private static final int ROWS = 30;
  private static final double TOLERANCE = 2e-3;
  private static final AnswerRule CLASS = new AnswerRule.Classes(OutputRule.CLASS);
  private static final AnswerRule LOGITS = new AnswerRule.Classes(OutputRule.LOGITS);

  private static AnswerRule top(int count) {
    return new AnswerRule.Classes(new OutputRule(OutputRule.Kind.TOP_K, count));
  }

  private static double[] uniform(Random random, int count, double from, double to) {
    return random.doubles(count, from, to).toArray();
  }

  private static double[] filled(int count, double value) {
    double[] all = new double[count];
    Arrays.fill(all, value);
    return all;
  }

  /** [inputs] times [inputs, outputs], and a bias. */
  private static double[] affine(double[] x, double[] weights, double[] bias) {
    double[] y = bias.clone();
    for (int j = 0; j < x.length; j++) {
      for (int k = 0; k < y.length; k++) {
        y[k] += x[j] * weights[j * y.length + k];
      }
    }
    return y;
  }

  // ---- models ----------------------------------------------------------------------------------

  /** A classifier with its scores in the clear, of features less their means. */
  record Model(
      ModelLayout layout,
      List<String> classes,
      Map<String, double[]> values,
      UnaryOperator<double[]> scores) {
    /** The probabilities of all classes. */
    double[] probabilities(double[] x) {
      double[] z = scores.apply(x);
      double[] both = z.length == 1 ? new double[] {0, z[0]} : z;
      double sum = Arrays.stream(both).map(Math::exp).sum();
      return Arrays.stream(both).map(v -> Math.exp(v) / sum).toArray();
    }

    /** Numbers of classes, the likeliest first and of equal ones the first. */
    double[] order(double[] x, int count) {
      double[] p = probabilities(x);
      return IntStream.range(0, p.length)
          .boxed()
          .sorted(Comparator.comparingDouble(k -> -p[k]))
          .limit(count)
          .mapToDouble(k -> k)
          .toArray();
    }

    /** How far apart the closest two classes are: fixed point may exchange closer ones. */
    double margin(double[] x) {
      double[] sorted = Arrays.stream(probabilities(x)).sorted().toArray();
      return IntStream.range(1, sorted.length)
          .mapToDouble(k -> Math.log(sorted[k] / sorted[k - 1]))
          .min()
          .orElseThrow();
    }
  }

  private static Model linear(ModelSpec spec, List<String> classes, double[] w, double[] bias) {
    return new Model(
        new ModelLayout(spec, FEATURES, true, "00"),
        classes,
        Map.of(
            "means",
            filled(FEATURES, 0.5),
            "scales",
            filled(FEATURES, 1),
            "limits",
            filled(FEATURES, 8),
            "weights",
            w,
            "folded",
            w,
            "intercepts",
            bias),
        x -> affine(x, w, bias));
  }

  private static Model network() {
    Random random = new Random(8);
    int units = 6;
    int outputs = 5;
    double[] first = uniform(random, FEATURES * units, -3, 3);
    double[] firstBias = uniform(random, units, -1, 1);
    double[] last = uniform(random, units * outputs, -2, 2);
    double[] lastBias = uniform(random, outputs, -1, 1);
    Neural network =
        new Neural(
            Optional.empty(),
            List.of(
                new Dense(units, Initialisation.HE),
                new Relu(),
                new Dense(outputs, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy(),
            outputs);
    return new Model(
        new ModelLayout(network, FEATURES, true, "00"),
        List.of("a", "b", "c", "d", "e"),
        Map.of(
            "means", filled(FEATURES, 0.5),
            "scales", filled(FEATURES, 1),
            "limits", filled(FEATURES, 8),
            "0.weights", first,
            "0.bias", firstBias,
            "2.weights", last,
            "2.bias", lastBias),
        x -> {
          double[] hidden = affine(x, first, firstBias);
          return affine(Arrays.stream(hidden).map(v -> Math.max(v, 0)).toArray(), last, lastBias);
        });
  }

  enum Kind {
    LOGISTIC,
    SOFTMAX,
    NETWORK;

    Model model() {
      Random random = new Random(7);
      return switch (this) {
        case LOGISTIC ->
            linear(
                new ModelSpec.Logistic(),
                List.of("healthy", "ill"),
                uniform(random, FEATURES, -6, 6),
                new double[] {0.25});
        case SOFTMAX ->
            linear(
                new ModelSpec.Softmax(7),
                List.of("a", "b", "c", "d", "e", "f", "g"),
                uniform(random, FEATURES * 7, -6, 6),
                uniform(random, 7, -1, 1));
        case NETWORK -> network();
      };
    }
  }

  // ---- questions and answers -------------------------------------------------------------------

  /** Rows of features less their means, in which no two classes are nearly equal. */
  private static double[][] rows(Model model) {
    Random random = new Random(11);
    List<double[]> rows = new ArrayList<>();
    while (rows.size() < ROWS) {
      double[] x = uniform(random, FEATURES, -0.5, 0.5);
      if (model.margin(x) > 0.02) {
        rows.add(x);
      }
    }
    return rows.toArray(new double[0][]);
  }

  private static ModelCard card(Model model, AnswerRule answers) {
    ModelCard other = TestModel.card(1);
    return new ModelCard(
        other.name(),
        other.version(),
        model.layout().model().type(),
        other.jobId(),
        model.layout().planDigest(),
        other.computeParties(),
        model.layout().toJson(),
        other.schema(),
        other.layout(),
        TrainedModels.features(model.layout()),
        TrainedModels.output(model.layout(), model.classes(), answers),
        other.created());
  }

  private static SecretTensor run(Backend b, Model model, ModelCard card, double[][] rows) {
    Map<String, SecretTensor> tensors = new LinkedHashMap<>();
    model
        .layout()
        .tensors()
        .forEach((name, tensor) ->
            tensors.put(
                name,
                b.constant(
                    tensor.shape(),
                    tensor.format(),
                    tensor.format().encode(model.values().get(name)))));
    double[] features =
        Arrays.stream(rows).flatMapToDouble(Arrays::stream).map(x -> x + 0.5).toArray();
    long[] present = new long[features.length];
    Arrays.fill(present, 1);
    SecretTensor answer =
        new TrainedModels()
            .load(new ModelAsset(card, List.of()), tensors)
            .predict(
                b,
                b.constant(
                    card.features().shape(rows.length),
                    card.features().format(),
                    card.features().format().encode(features)),
                b.constant(card.features().shape(rows.length), FixedPoint.INTEGER, present));
    assertThat(answer.format()).isEqualTo(card.output().format());
    assertThat(answer.shape().dimensions()).containsExactly(rows.length, card.output().columns());
    return answer;
  }

  /**
   * Answers over three parties, [rows][columns]; what they cost is what is declared of them without
   * elements, and in the clear.
   */
  private static double[][] answers(Model model, AnswerRule rule, double[][] rows) {
    ModelCard card = card(model, rule);
    ThreeParties.Outcome<long[]> outcome =
        new ThreeParties(5).run(b -> b.open(run(b, model, card, rows), ThreeParties.any()));
    ClearBackend clear = new ClearBackend();
    clear.open(run(clear, model, card, rows), ThreeParties.any());

    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
    assertThat(clear.declared()).isEqualTo(outcome.declared());
    assertThat(planned(model, rule, rows).then(CostTable.open(card.outputElements(rows.length))))
        .isEqualTo(outcome.declared());
    double[] flat = card.output().format().decode(outcome.results().getFirst());
    int columns = card.output().columns();
    return IntStream.range(0, rows.length)
        .mapToObj(i -> Arrays.copyOfRange(flat, i * columns, (i + 1) * columns))
        .toArray(double[][]::new);
  }

  private static Cost planned(Model model, AnswerRule rule, double[][] rows) {
    CostBackend plan = new CostBackend();
    run(plan, model, card(model, rule), rows);
    return plan.declared();
  }

  // ---- tests -----------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theClassIsTheLargestOfTheClearProbabilities(Kind kind) {
    Model model = kind.model();
    double[][] rows = rows(model);

    double[][] answers = answers(model, CLASS, rows);

    for (int i = 0; i < ROWS; i++) {
      assertThat(answers[i]).containsExactly(model.order(rows[i], 1));
    }
    assertThat(Arrays.stream(answers).mapToDouble(y -> y[0]).distinct().count()).isGreaterThan(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theLikeliestClassesAreInOrder(Kind kind) {
    Model model = kind.model();
    double[][] rows = rows(model);
    for (int count : new int[] {1, 2, model.classes().size()}) {
      double[][] answers = answers(model, top(count), rows);

      for (int i = 0; i < ROWS; i++) {
        assertThat(answers[i]).containsExactly(model.order(rows[i], count));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void logitsAndProbabilitiesAreThoseInTheClear(Kind kind) {
    Model model = kind.model();
    double[][] rows = rows(model);

    double[][] logits = answers(model, LOGITS, rows);
    double[][] probabilities = answers(model, AnswerRule.probabilities(), rows);

    for (int i = 0; i < ROWS; i++) {
      double[] clear = model.probabilities(rows[i]);
      assertThat(logits[i]).containsExactly(model.scores().apply(rows[i]), within(TOLERANCE));
      assertThat(probabilities[i])
          .containsExactly(
              kind == Kind.LOGISTIC ? new double[] {clear[1]} : clear, within(TOLERANCE));
    }
  }

  @Test
  void ofEquallyLikelyClassesTheFirstWins() {
    double[] weights = new double[FEATURES * 4];
    Model model =
        linear(
            new ModelSpec.Softmax(4),
            List.of("a", "b", "c", "d"),
            weights,
            new double[] {-1, 2, 2, 2});
    double[][] row = {filled(FEATURES, 0.1)};

    assertThat(answers(model, CLASS, row)[0]).containsExactly(1);
    assertThat(answers(model, top(4), row)[0]).containsExactly(1, 2, 3, 0);
  }

  @Test
  void aProbabilityOfExactlyOneHalfIsTheFirstClass() {
    Model model =
        linear(
            new ModelSpec.Logistic(),
            List.of("healthy", "ill"),
            new double[FEATURES],
            new double[1]);
    double[][] row = {filled(FEATURES, 0.1)};

    assertThat(answers(model, CLASS, row)[0]).containsExactly(0);
    assertThat(answers(model, top(2), row)[0]).containsExactly(0, 1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aClassCostsFewerRoundsOrBytesThanProbabilities(Kind kind) {
    Model model = kind.model();
    double[][] rows = rows(model);

    Cost ofClass = planned(model, CLASS, rows);
    Cost ofProbabilities = planned(model, AnswerRule.probabilities(), rows);

    assertThat(ofClass.bytes()).isLessThan(ofProbabilities.bytes());
    assertThat(ofClass.rounds()).isLessThan(ofProbabilities.rounds());
  }

  @Test
  void theCardSaysWhatAnAnswerTells() {
    Model model = Kind.SOFTMAX.model();

    ModelCard best = card(model, CLASS);
    ModelCard few = card(model, top(3));

    assertThat(best.output()).isEqualTo(new ModelCard.Output("class", model.classes(), 1, 0));
    assertThat(few.output()).isEqualTo(new ModelCard.Output("topK", model.classes(), 3, 0));
    assertThat(AnswerRule.of(ModelCard.parse(few.json()))).isEqualTo(top(3));
    assertThat(AnswerRule.of(best)).isEqualTo(CLASS);
    assertThat(best.digest()).isNotEqualTo(few.digest());
    assertThat(AnswerRule.of(card(Kind.LOGISTIC.model(), AnswerRule.probabilities())))
        .isEqualTo(AnswerRule.probabilities());
    assertThat(new Prediction(few, new double[][] {{2, 0, 6}, {1, 2, 3}}).classes())
        .containsExactly(List.of("c", "a", "g"), List.of("b", "c", "d"));
    assertThatThrownBy(
            () -> new Prediction(card(model, LOGITS), new double[][] {new double[7]}).classes())
        .hasMessageContaining("answers with logits, not with classes");
  }

  @Test
  void refusesAnswersThatAModelCannotGive() {
    Model model = Kind.SOFTMAX.model();
    ModelLayout number = new ModelLayout(new ModelSpec.Linear(), FEATURES, true, "00");

    assertThatThrownBy(() -> card(model, new AnswerRule.Value()))
        .hasMessage("a model with 7 classes does not answer with value");
    assertThatThrownBy(() -> TrainedModels.output(number, List.of(), CLASS))
        .hasMessage("a model with 0 classes does not answer with class");
    assertThatThrownBy(() -> card(model, top(8)))
        .hasMessage("the likeliest 8 of 7 cannot be named");
  }
}
