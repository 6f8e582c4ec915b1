package io.consilium.training;

import static io.consilium.training.Trial.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.protocols.Cost;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.TwinModel;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network goes through the same program as every other model. */
final class NetworkProgramTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  /** A few dozen steps with momentum on values of 16 fraction bits. */
  private static final double TOLERANCE = 0.02;

  private static final EnumSet<ReleasedValue> CLASSIFICATION =
      EnumSet.of(
          ReleasedValue.LOSS,
          ReleasedValue.ACCURACY,
          ReleasedValue.CONFUSION,
          ReleasedValue.AUC,
          ReleasedValue.WEIGHTS);

  private static final String PERCEPTRON =
      """
      {'type': 'network', 'loss': 'softmaxCrossEntropy',
       'layers': [{'dense': {'units': 6, 'init': 'he'}}, 'relu', {'dense': {'units': %d}}]}
      """;

  private static ProgramSpec spec(String model, String training, int classes) throws Exception {
    String text = "{'model': " + model + ", 'training': {" + training + "}}";
    return ProgramSpec.parse(new ObjectMapper().readTree(text.replace('\'', '"')), classes);
  }

  private static String training(String more) {
    return "'epochs': 4, 'batchSize': 32, 'learningRate': 0.1, 'seed': 5" + more;
  }

  /** Runs everything, checks what must hold for every network, and gives the parties' result. */
  private static Trial.Result agrees(Trial trial) {
    TwinModel twin = trial.twin();
    ThreeParties.Outcome<Trial.Result> outcome = trial.onThreeParties(SEED);
    Trial.Result secure = outcome.results().getFirst();

    double[] expected = twin.predict(trial.evaluatedRows());
    for (Trial.Result result : List.of(secure, trial.inTheClear())) {
      assertThat(largestDifference(result.weights(), twin.weights())).isLessThan(TOLERANCE);
      assertThat(largestDifference(result.predictions(), expected)).isLessThan(TOLERANCE);
    }
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    return secure;
  }

  private static Trial twoClasses(String model, String more, EnumSet<ReleasedValue> released)
      throws Exception {
    return twoClasses(SEED, model, more, released);
  }

  private static Trial twoClasses(
      long cohortSeed, String model, String more, EnumSet<ReleasedValue> released)
      throws Exception {
    TestCohort cohort = new TestCohort(cohortSeed, 5, 0.1);
    List<PlainPart> training = cohort.sites(TestCohort.logistic(0), 150, 90, 40);
    List<PlainPart> validation = cohort.sites(TestCohort.logistic(0), 60, 40, 30);
    return new Trial(spec(model, training(more), 2), training, validation, released);
  }

  private static void hasTheMetricsOfTheTwin(Trial trial, Trial.Result secure) {
    ClearMetrics metrics = trial.twin().metrics(trial.evaluatedRows());
    assertThat(secure.only(ReleasedValue.ACCURACY)[0]).isCloseTo(metrics.accuracy(), within(0.02));
    assertThat(secure.only(ReleasedValue.AUC)[0]).isCloseTo(metrics.auc(), within(0.01));
    double[] losses =
        secure.released().stream()
            .filter(r -> r.value() == ReleasedValue.LOSS)
            .mapToDouble(r -> r.numbers()[0])
            .toArray();
    assertThat(largestDifference(losses, trial.twin().losses())).isLessThan(0.01);
    assertThat(metrics.auc()).isGreaterThan(0.7);
  }

  @Test
  void softmaxOfTwoClassesFollowsTheTwinInWeightsAnswersAndMetrics() throws Exception {
    // In the cohort of the other tests a record lies so near the kink of a ReLU that the masks of
    // one run in three round it to the other side, which moves a weight by 0.03.
    Trial trial =
        twoClasses(
            SEED + 1, PERCEPTRON.formatted(2), ", 'momentum': 0.9, 'l2': 0.001", CLASSIFICATION);

    Trial.Result secure = agrees(trial);

    hasTheMetricsOfTheTwin(trial, secure);
    double[] released = secure.only(ReleasedValue.WEIGHTS);
    assertThat(largestDifference(released, secure.weights())).isLessThanOrEqualTo(0x1p-12);
    for (double weight : released) {
      assertThat(Math.scalb(weight, 12)).isEqualTo(Math.rint(Math.scalb(weight, 12)));
    }
    assertThat(trial.plan.parameters()).isEqualTo(5 * 6 + 6 + 6 * 2 + 2);
  }

  @Test
  void binaryCrossEntropyWithNesterovAndDropoutFollowsTheTwin() throws Exception {
    String model =
        """
        {'type': 'network', 'loss': 'binaryCrossEntropy',
         'layers': [{'dense': {'units': 8}}, 'tanh', {'dropout': {'probability': 0.25, 'seed': 3}},
                    {'residual': [{'dense': {'units': 8}}, 'relu']},
                    {'dropout': {'probability': 0.5}}, {'dense': {'units': 1}}]}
        """;
    Trial trial =
        twoClasses(
            model,
            ", 'schedule': 'cosine', 'optimiser': {'sgd': {'momentum': 0.8, 'nesterov': true}}",
            CLASSIFICATION);

    hasTheMetricsOfTheTwin(trial, agrees(trial));
  }

  /** Nine features as an image of three by three. */
  @Test
  void aConvolutionOverRecordsWithAShapeFollowsTheTwin() throws Exception {
    String model =
        """
        {'type': 'network', 'loss': 'softmaxCrossEntropy', 'input': [1, 3, 3],
         'layers': [{'conv': {'filters': 4, 'kernel': [2, 2], 'init': 'he'}}, 'relu',
                    {'averagePool': {'size': [2, 1]}}, 'flatten', {'dense': {'units': 2}}]}
        """;
    TestCohort cohort = new TestCohort(SEED, 9, 0.1);
    List<PlainPart> sites = cohort.sites(TestCohort.logistic(0), 150, 90, 40);
    Trial trial =
        new Trial(spec(model, training(", 'momentum': 0.5"), 2), sites, List.of(), CLASSIFICATION);

    hasTheMetricsOfTheTwin(trial, agrees(trial));
    assertThat(trial.plan.parameters()).isEqualTo(4 * 4 + 4 + 8 * 2 + 2);
  }

  @Test
  void threeClassesHaveNoAreaUnderTheCurve() throws Exception {
    List<PlainPart> sites = new TestCohort(SEED, 4, 0).sites(TestCohort.threeClasses(), 120, 80);
    ProgramSpec spec = spec(PERCEPTRON.formatted(3), training(", 'momentum': 0.9"), 3);
    Trial trial =
        new Trial(spec, sites, List.of(), EnumSet.of(ReleasedValue.LOSS, ReleasedValue.CONFUSION));

    Trial.Result secure = agrees(trial);

    double rows = 0;
    for (double count : secure.only(ReleasedValue.CONFUSION)) {
      rows += count;
    }
    assertThat(rows).isEqualTo(200);
    assertThatThrownBy(() -> new Trial(spec, sites, List.of(), Set.of(ReleasedValue.AUC)))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageContaining("'auc' is not offered for a network model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'meanSquaredError'", "{'huber': {'bound': 0.05}}"})
  void numbersFollowTheTwin(String loss) throws Exception {
    String model =
        "{'type': 'network', 'loss': %s, 'layers': [{'dense': {'units': 6}}, 'relu', {'dense': {'units': 1}}]}"
            .formatted(loss);
    List<PlainPart> sites = new TestCohort(SEED, 4, 0.1).sites(TestCohort.number(), 120, 80);
    Trial trial =
        new Trial(
            spec(model, training(", 'momentum': 0.5"), 0),
            sites,
            List.of(),
            EnumSet.of(ReleasedValue.LOSS, ReleasedValue.R2));

    Trial.Result secure = agrees(trial);

    ClearMetrics metrics = trial.twin().metrics(trial.evaluatedRows());
    assertThat(secure.only(ReleasedValue.R2)[0]).isCloseTo(metrics.r2(), within(0.02));
  }

  @Test
  void clippedGradientsFollowTheTwin() throws Exception {
    Trial trial =
        twoClasses(
            PERCEPTRON.formatted(2),
            ", 'optimiser': {'sgd': {'clip': 0.02}}",
            EnumSet.of(ReleasedValue.ACCURACY));
    Trial free = twoClasses(PERCEPTRON.formatted(2), "", EnumSet.of(ReleasedValue.ACCURACY));

    agrees(trial);

    assertThat(largestDifference(trial.twin().weights(), free.twin().weights()))
        .isGreaterThan(2 * TOLERANCE);
  }

  /** The running statistics are part of the model: stored, released and used in its answers. */
  @Test
  void batchNormalisationFollowsTheTwinInTrainingAndInAnswers() throws Exception {
    String model =
        """
        {'type': 'network', 'loss': 'softmaxCrossEntropy',
         'layers': [{'dense': {'units': 6, 'init': 'he'}}, 'batchNorm', 'relu',
                    {'dense': {'units': 5}}, {'batchNorm': {'frozen': true}}, 'tanh',
                    {'dense': {'units': 2}}]}
        """;
    Trial trial = twoClasses(model, ", 'momentum': 0.5", CLASSIFICATION);

    Trial.Result secure = agrees(trial);

    hasTheMetricsOfTheTwin(trial, secure);
    assertThat(trial.plan.modelLayout().tensors().keySet())
        .contains("1.scale", "1.shift", "1.mean", "1.variance", "1.inverseDeviation", "4.mean");
    double[] released = secure.only(ReleasedValue.WEIGHTS);
    assertThat(largestDifference(released, secure.weights())).isLessThanOrEqualTo(0x1p-12);
    ThreeParties.Outcome<Cost> outcome = new ThreeParties(SEED).run(trial::train);
    assertThat(outcome.results()).containsOnly(trial.plan.totalCost());
  }

  @ParameterizedTest
  @ValueSource(strings = {"'adam'", "{'amsgrad': {'beta2': 0.99, 'clip': 0.1}}"})
  void adamFollowsTheTwinAndCostsWhatThePlanSays(String optimiser) throws Exception {
    String training =
        "'epochs': 4, 'batchSize': 32, 'learningRate': 0.01, 'l2': 0.001, 'schedule': 'cosine',"
            + " 'optimiser': ";
    TestCohort cohort = new TestCohort(SEED, 5, 0.1);
    List<PlainPart> sites = cohort.sites(TestCohort.logistic(0), 150, 90, 40);
    ProgramSpec spec = spec(PERCEPTRON.formatted(2), training + optimiser, 2);
    Trial trial = new Trial(spec, sites, List.of(), CLASSIFICATION);

    hasTheMetricsOfTheTwin(trial, agrees(trial));
    ThreeParties.Outcome<Cost> outcome = new ThreeParties(SEED).run(trial::train);
    assertThat(outcome.results()).containsOnly(trial.plan.totalCost());
    assertThat(trial.plan.ranges()).contains(new DeclaredRange("mean gradients of Adam", 20, 128));
  }

  @ParameterizedTest
  @CsvSource({
    "softmaxCrossEntropy, 2, '[1, 4.5]'",
    "softmaxCrossEntropy, 2, balanced",
    "binaryCrossEntropy, 1, '[3, 0.5]'",
    "binaryCrossEntropy, 1, balanced"
  })
  void classWeightsFollowTheTwin(String loss, int outputs, String weights) throws Exception {
    String model =
        "{'type': 'network', 'loss': '%s', 'layers': [{'dense': {'units': 6}}, 'relu', {'dense': {'units': %d}}]}"
            .formatted(loss, outputs);
    String value = weights.startsWith("[") ? weights : "'" + weights + "'";
    List<PlainPart> sites =
        new TestCohort(SEED, 5, 0.1).sites(TestCohort.logistic(1.5), 150, 90, 40);
    EnumSet<ReleasedValue> released = EnumSet.of(ReleasedValue.LOSS, ReleasedValue.ACCURACY);
    Trial trial =
        new Trial(
            spec(model, training(", 'classWeights': " + value), 2), sites, List.of(), released);
    Trial plain = new Trial(spec(model, training(""), 2), sites, List.of(), released);

    agrees(trial);

    assertThat(largestDifference(trial.twin().weights(), plain.twin().weights()))
        .isGreaterThan(2 * TOLERANCE);
    ThreeParties.Outcome<Cost> outcome = new ThreeParties(SEED).run(trial::train);
    assertThat(outcome.results()).containsOnly(trial.plan.totalCost());
  }

  @Test
  void aWholeRunCostsWhatThePlanSays() throws Exception {
    Trial trial = twoClasses(PERCEPTRON.formatted(2), ", 'momentum': 0.9", CLASSIFICATION);

    ThreeParties.Outcome<Cost> outcome = new ThreeParties(SEED).run(trial::train);

    assertThat(outcome.results()).containsOnly(trial.plan.totalCost());
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }

  /** Counted: two runs differ by one epoch of a single batch, so by exactly one step. */
  @Test
  void aStepCostsWhatThePlanSays() throws Exception {
    List<PlainPart> sites = new TestCohort(SEED, 5, 0.1).sites(TestCohort.logistic(0), 23, 17);
    Cost[] counted = new Cost[2];
    Trial trial = null;
    for (int epochs = 1; epochs <= 2; epochs++) {
      String training = "'epochs': " + epochs + ", 'batchSize': 40, 'learningRate': 0.1";
      trial = new Trial(spec(PERCEPTRON.formatted(2), training, 2), sites, List.of(), Set.of());
      counted[epochs - 1] = new ThreeParties(SEED).run(trial::train).counted();
    }

    Cost step = counted[1].since(counted[0]);

    assertThat(step.bytes()).isEqualTo(trial.plan.stepCost().bytes());
    assertThat(step.rounds()).isLessThanOrEqualTo(trial.plan.stepCost().rounds());
  }

  @Test
  void theLayoutOfAStoredNetworkIsReadAgain() throws Exception {
    ModelLayout layout = twoClasses(PERCEPTRON.formatted(2), "", CLASSIFICATION).plan.modelLayout();

    assertThat(ModelLayout.parse(layout.toJson())).isEqualTo(layout);
    assertThat(layout.tensors().keySet())
        .containsExactly("0.weights", "0.bias", "2.weights", "2.bias", "means", "scales", "limits");
  }

  /** Forward passes over many records at a time would need more memory than the training. */
  @Test
  void scoresAsManyRowsAtATimeAsTheWidestLayerAllows() throws Exception {
    String conv =
        """
        {'type': 'network', 'input': [1, 28, 28], 'layers': [
          {'conv': {'filters': 16, 'kernel': [3, 3], 'padding': [1, 1]}}, 'relu',
          'globalAveragePool', {'dense': {'units': 1}}], 'loss': 'binaryCrossEntropy'}
        """;
    DataLayout images = new DataLayout(784, List.of(5000), List.of(600));

    TrainingPlan wide = TrainingPlan.compile(spec(conv, training(""), 2), images, List.of());
    ProgramSpec linear = spec("{'type': 'logistic'}", training(""), 2);
    TrainingPlan narrow = TrainingPlan.compile(linear, images, List.of());

    assertThat(wide.scoredRows()).isEqualTo((1 << 21) / (16 * 784));
    assertThat(narrow.scoredRows()).isEqualTo(images.blockRows());
  }

  @Test
  void whatCannotBeTrainedIsRefusedBeforeThereIsData() throws Exception {
    ProgramSpec slow =
        spec(PERCEPTRON.formatted(2), "'epochs': 1, 'batchSize': 4096, 'learningRate': 0.00001", 2);

    assertThatThrownBy(() -> TrainingPlan.requirePossible(slow, 5))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageStartingWith(
            "training.learningRate: 1.0E-5 cannot be represented with batches of 4096 rows; take"
                + " smaller batches or a rate from");
    ProgramSpec narrow = spec(PERCEPTRON.formatted(3), training(""), 2);
    assertThatThrownBy(() -> TrainingPlan.requirePossible(narrow, 5))
        .hasMessage("model.layers: the last layer gives [3], and the label needs [2]");
    ProgramSpec linear =
        spec("{'type': 'logistic'}", "'epochs': 1, 'batchSize': 16384, 'learningRate': 1e-7", 2);
    assertThatThrownBy(() -> TrainingPlan.requirePossible(linear, 5))
        .hasMessageStartingWith("training.learningRate: 1.0E-7 cannot be represented");
  }

  /** The rate that the message names is one that can be represented. */
  @Test
  void theNamedRateIsPossible() throws Exception {
    String message = "";
    try {
      TrainingPlan.requirePossible(withRate("0.00001"), 5);
    } catch (InvalidSpecException e) {
      message = e.getMessage();
    }
    String rate = message.replaceFirst(".* a rate from (\\S+) on", "$1");

    TrainingPlan.requirePossible(withRate(rate), 5);
    assertThatThrownBy(() ->
            TrainingPlan.requirePossible(
                withRate(Double.toString(Double.parseDouble(rate) * 0.99)), 5))
        .isInstanceOf(InvalidSpecException.class);
  }

  private static ProgramSpec withRate(String rate) throws Exception {
    return spec(
        PERCEPTRON.formatted(2), "'epochs': 1, 'batchSize': 4096, 'learningRate': " + rate, 2);
  }
}
