package io.consilium.training;

import static io.consilium.training.Trial.largestDifference;
import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.TwinModel;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.Schedule;
import io.consilium.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Training by three parties agrees with the clear reference and with the plaintext twin. */
final class TrainingTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final Set<ReleasedValue> CLASSIFICATION =
      EnumSet.of(
          ReleasedValue.LOSS,
          ReleasedValue.ACCURACY,
          ReleasedValue.CONFUSION,
          ReleasedValue.AUC,
          ReleasedValue.WEIGHTS);

  private static TrainingSpec training(
      double momentum, double l2, Schedule schedule, ClassWeights weights) {
    return new TrainingSpec(8, 32, 0.1, schedule, momentum, l2, weights, 7, 16);
  }

  private static ProgramSpec logistic(TrainingSpec training) {
    return new ProgramSpec(new ModelSpec.Logistic(), true, training);
  }

  /** Runs everything, checks what must hold for every model, and returns the parties' result. */
  private static Trial.Result agrees(Trial trial) {
    TwinModel twin = trial.twin();
    Trial.Result clear = trial.inTheClear();
    ThreeParties.Outcome<Trial.Result> outcome = trial.onThreeParties(SEED);
    Trial.Result secure = outcome.results().getFirst();

    double[] expected = twin.predict(trial.evaluatedRows());
    for (Trial.Result result : List.of(secure, clear)) {
      assertThat(largestDifference(result.weights(), twin.weights())).isLessThan(0.01);
      assertThat(largestDifference(result.predictions(), expected)).isLessThan(0.01);
    }
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(secure.progress().getLast().cost().rounds()).isPositive();
    return secure;
  }

  @Test
  void logisticWithMissingValuesAndClassImbalance() throws Exception {
    TestCohort cohort = new TestCohort(SEED, 6, 0.1);
    List<PlainPart> training = cohort.sites(TestCohort.logistic(-2), 150, 90, 40);
    List<PlainPart> validation = cohort.sites(TestCohort.logistic(-2), 50, 30, 20);
    Trial trial =
        new Trial(
            logistic(training(0.9, 0.001, new Schedule.Constant(), new ClassWeights.None())),
            training,
            validation,
            CLASSIFICATION);

    Trial.Result secure = agrees(trial);

    TwinModel twin = trial.twin();
    ClearMetrics metrics = twin.metrics(trial.evaluatedRows());
    assertThat(metrics.auc()).isGreaterThan(0.8);
    List<Double> losses =
        secure.released().stream()
            .filter(r -> r.value() == ReleasedValue.LOSS)
            .map(r -> r.numbers()[0])
            .toList();
    assertThat(losses).hasSize(8);
    for (int epoch = 0; epoch < 8; epoch++) {
      assertThat(losses.get(epoch)).isCloseTo(twin.losses()[epoch], Offset.offset(2e-3));
    }
    assertThat(secure.only(ReleasedValue.AUC)[0]).isCloseTo(metrics.auc(), Offset.offset(2e-3));
    assertThat(secure.only(ReleasedValue.ACCURACY)[0])
        .isCloseTo(metrics.accuracy(), Offset.offset(0.011));
    double[] confusion = secure.only(ReleasedValue.CONFUSION);
    assertThat(Arrays.stream(confusion).sum()).isEqualTo(100);
    assertThat((confusion[0] + confusion[3]) / 100)
        .isEqualTo(secure.only(ReleasedValue.ACCURACY)[0]);
    assertThat(largestDifference(secure.only(ReleasedValue.WEIGHTS), secure.weights()))
        .isLessThan(0x1p-16);
  }

  @Test
  void classWeightsGivenAndBalanced() throws Exception {
    TestCohort cohort = new TestCohort(SEED, 4, 0.05);
    List<PlainPart> sites = cohort.sites(TestCohort.logistic(-3), 120, 80);

    agrees(
        new Trial(
            logistic(training(0.5, 0, new Schedule.Constant(), new ClassWeights.Balanced())),
            sites,
            List.of(),
            Set.of(ReleasedValue.ACCURACY)));
    agrees(
        new Trial(
            logistic(
                training(
                    0.5, 0, new Schedule.Constant(), new ClassWeights.Given(List.of(0.75, 3.5)))),
            sites,
            List.of(),
            Set.of(ReleasedValue.ACCURACY)));
  }

  @Test
  void schedulesMomentumAndL2() throws Exception {
    TestCohort cohort = new TestCohort(SEED + 1, 5, 0);
    List<PlainPart> sites = cohort.sites(TestCohort.logistic(0), 70, 30, 25);

    for (Schedule schedule : List.of(new Schedule.Step(3, 0.3), new Schedule.Cosine())) {
      agrees(
          new Trial(
              logistic(training(0, 0.05, schedule, new ClassWeights.None())),
              sites,
              List.of(),
              Set.of(ReleasedValue.LOSS)));
    }
  }

  @Test
  void logisticWithoutStandardisation() throws Exception {
    TestCohort cohort = new TestCohort(SEED + 2, 3, 0.2);
    TrainingSpec training = training(0.9, 0, new Schedule.Constant(), new ClassWeights.None());

    agrees(
        new Trial(
            new ProgramSpec(new ModelSpec.Logistic(), false, training),
            cohort.sites(TestCohort.logistic(0), 60, 50, 40),
            List.of(),
            Set.of()));
  }

  @Test
  void linear() throws Exception {
    TestCohort cohort = new TestCohort(SEED + 3, 5, 0.1);
    TrainingSpec training = training(0.9, 0.001, new Schedule.Constant(), new ClassWeights.None());
    Trial trial =
        new Trial(
            new ProgramSpec(new ModelSpec.Linear(), true, training),
            cohort.sites(TestCohort.number(), 150, 100, 50),
            cohort.sites(TestCohort.number(), 40, 30, 30),
            EnumSet.of(ReleasedValue.LOSS, ReleasedValue.R2, ReleasedValue.WEIGHTS));

    Trial.Result secure = agrees(trial);

    TwinModel twin = trial.twin();
    ClearMetrics metrics = twin.metrics(trial.evaluatedRows());
    assertThat(metrics.r2()).isGreaterThan(0.5);
    assertThat(secure.only(ReleasedValue.R2)[0]).isCloseTo(metrics.r2(), Offset.offset(2e-3));
    assertThat(secure.only(ReleasedValue.LOSS)[0]).isCloseTo(twin.losses()[0], Offset.offset(1e-3));
  }

  @Test
  void softmaxOfThreeClasses() throws Exception {
    TestCohort cohort = new TestCohort(SEED + 4, 4, 0.1);
    TrainingSpec training =
        training(0.9, 0.001, new Schedule.Constant(), new ClassWeights.Balanced());
    Trial trial =
        new Trial(
            new ProgramSpec(new ModelSpec.Softmax(3), true, training),
            cohort.sites(TestCohort.threeClasses(), 80, 60, 40),
            cohort.sites(TestCohort.threeClasses(), 30, 30, 30),
            EnumSet.of(ReleasedValue.LOSS, ReleasedValue.ACCURACY, ReleasedValue.CONFUSION));

    Trial.Result secure = agrees(trial);

    TwinModel twin = trial.twin();
    ClearMetrics metrics = twin.metrics(trial.evaluatedRows());
    assertThat(secure.only(ReleasedValue.ACCURACY)[0])
        .isCloseTo(metrics.accuracy(), Offset.offset(0.023));
    assertThat(secure.only(ReleasedValue.LOSS)[0]).isCloseTo(twin.losses()[0], Offset.offset(3e-3));
    assertThat(Arrays.stream(secure.only(ReleasedValue.CONFUSION)).sum()).isEqualTo(90);
  }

  @Test
  void aFeatureThatIsConstantOrAlwaysMissingHasNoInfluence() throws Exception {
    PlainPart site = new TestCohort(SEED, 4, 0).sites(TestCohort.logistic(0), 60).getFirst();
    double[] features = site.features().clone();
    double[] presence = site.presence().clone();
    for (int i = 0; i < 60; i++) {
      features[4 * i] = 0.3;
      features[4 * i + 1] = 0;
      presence[4 * i + 1] = 0;
    }
    PlainPart changed = new PlainPart(4, features, presence, site.labels());
    Trial trial =
        new Trial(
            logistic(training(0.9, 0, new Schedule.Constant(), new ClassWeights.None())),
            List.of(changed),
            List.of(),
            Set.of());

    Trial.Result secure = agrees(trial);

    assertThat(secure.scales()[0]).isZero();
    assertThat(secure.scales()[1]).isZero();
    assertThat(secure.weights()[0]).isCloseTo(0, Offset.offset(1e-3));
    assertThat(secure.weights()[1]).isCloseTo(0, Offset.offset(1e-3));
  }

  @Test
  void labelsWithoutSignalLeaveNoDrift() throws InvalidSpecException {
    // Every row stands there twice, once with each class: the best weights are 0.
    PlainPart half = new TestCohort(SEED, 3, 0).sites(TestCohort.logistic(0), 40).getFirst();
    double[] labels = new double[40];
    Arrays.fill(labels, 1);
    PlainPart ones = new PlainPart(3, half.features(), half.presence(), labels);
    PlainPart zeros = new PlainPart(3, half.features(), half.presence(), new double[40]);
    TrainingSpec training =
        new TrainingSpec(
            150, 80, 0.2, new Schedule.Constant(), 0.9, 0, new ClassWeights.None(), 1, 16);
    Trial trial = new Trial(logistic(training), List.of(ones, zeros), List.of(), Set.of());

    double[] weights = trial.onThreeParties(SEED).results().getFirst().weights();

    for (double weight : weights) {
      assertThat(weight).isCloseTo(0, Offset.offset(2e-3));
    }
  }
}
