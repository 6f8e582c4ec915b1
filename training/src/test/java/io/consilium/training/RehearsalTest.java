package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.consilium.protocols.clear.BrokenRange.Promise;
import io.consilium.training.plain.BrokenPlace;
import io.consilium.training.plain.PlainPart;
import io.consilium.training.plain.Rehearsal;
import io.consilium.training.spec.ProgramSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RehearsalTest {
  private static final long SEED = Long.getLong("seed", 20260731L);
  private static final double TOLERANCE = 0.02;

  private static final String PERCEPTRON =
      "{'type': 'network', 'loss': 'softmaxCrossEntropy', 'layers': [{'dense': {'units': 6,"
          + " 'init': 'he'}}, 'relu', {'dense': {'units': %d}}]}";

  private static final String CONVOLUTION =
      "{'type': 'network', 'loss': 'softmaxCrossEntropy', 'input': [1, 3, 3], 'layers': [{'conv':"
          + " {'filters': 4, 'kernel': [2, 2], 'init': 'he'}}, 'relu', {'averagePool': {'size':"
          + " [2, 1]}}, 'flatten', {'dense': {'units': 2}}]}";

  private static ProgramSpec spec(String model, double rate, int fractionBits, int classes)
      throws Exception {
    String text =
        "{'model': %s, 'training': {'epochs': 4, 'batchSize': 32, 'learningRate': %s, 'momentum':"
                .formatted(model, rate)
            + " 0.5, 'l2': 0.001, 'seed': 5}, 'precision': {'fractionBits': %d}}"
                .formatted(fractionBits);
    return ProgramSpec.parse(new ObjectMapper().readTree(text.replace('\'', '"')), classes);
  }

  private static Rehearsal.Outcome rehearse(
      ProgramSpec spec, int columns, TestCohort.Labelling labels) throws Exception {
    TestCohort cohort = new TestCohort(SEED, columns, 0.1);
    List<PlainPart> training = cohort.sites(labels, 150, 90, 40);
    List<PlainPart> validation = cohort.sites(labels, 60, 40, 30);
    DataLayout layout = new DataLayout(columns, List.of(150, 90, 40), List.of(60, 40, 30));
    List<Rehearsal.Site> sites =
        IntStream.range(0, 3)
            .mapToObj(i ->
                new Rehearsal.Site(Optional.of(training.get(i)), Optional.of(validation.get(i))))
            .toList();
    TrainingPlan plan = TrainingPlan.compile(spec, layout, Set.of(ReleasedValue.LOSS));
    return Rehearsal.run(plan, sites, TrainingListener.NONE);
  }

  private static void agrees(Rehearsal.Outcome outcome) {
    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.predictionDifference()).isLessThan(TOLERANCE);
    assertThat(outcome.weightDifference()).isLessThan(TOLERANCE);
    assertThat(outcome.fixedPoint().losses()).hasSameSizeAs(outcome.twin().losses());
    for (int i = 0; i < outcome.twin().losses().size(); i++) {
      assertThat(outcome.fixedPoint().losses().get(i))
          .isCloseTo(outcome.twin().losses().get(i), within(TOLERANCE));
    }
    assertThat(outcome.fixedPoint().metrics().loss())
        .isCloseTo(outcome.twin().metrics().loss(), within(TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 13, 16, 20, 24})
  void everyScaleIsRightForNetworks(int fractionBits) throws Exception {
    agrees(
        rehearse(spec(PERCEPTRON.formatted(2), 0.1, fractionBits, 2), 5, TestCohort.logistic(0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24})
  void everyScaleIsRightForConvolutions(int fractionBits) throws Exception {
    agrees(rehearse(spec(CONVOLUTION, 0.1, fractionBits, 2), 9, TestCohort.logistic(0)));
  }

  @ParameterizedTest
  @CsvSource({
    "logistic, 12, 2",
    "logistic, 20, 2",
    "linear, 12, 0",
    "linear, 20, 0",
    "softmax, 12, 3",
    "softmax, 20, 3",
    "logistic, 24, 2",
    "linear, 24, 0",
    "softmax, 24, 3",
    "logistic, 8, 2",
    "linear, 8, 0",
    "softmax, 8, 3"
  })
  void everyScaleIsRightForModelsWithoutLayers(String type, int fractionBits, int classes)
      throws Exception {
    TestCohort.Labelling labels =
        switch (classes) {
          case 0 -> TestCohort.number();
          case 2 -> TestCohort.logistic(0);
          default -> TestCohort.threeClasses();
        };
    agrees(rehearse(spec("{'type': '" + type + "'}", 0.1, fractionBits, classes), 4, labels));
  }

  /** Features keep all of their fraction bits then. */
  @Test
  void theFinestScaleIsRightWithoutStandardisation() throws Exception {
    ProgramSpec spec = spec("{'type': 'logistic'}", 0.1, 24, 2);
    agrees(
        rehearse(new ProgramSpec(spec.model(), false, spec.training()), 4, TestCohort.logistic(0)));
  }

  /** The same records, in a range that is so many times as wide. */
  private static Rehearsal.Outcome rehearseInPartOfTheRange(double part, double outlier)
      throws Exception {
    int rows = 240;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    double[] features = new double[rows];
    double[] labels = new double[rows];
    double[] presence = DoubleStream.generate(() -> 1).limit(rows).toArray();
    for (int i = 0; i < rows; i++) {
      double value = random.nextDouble();
      features[i] = part * (1 + value);
      labels[i] = value + 0.2 * (random.nextDouble() - 0.5) > 0.4 ? 1 : 0;
    }
    features[0] = Math.max(features[0], outlier);
    PlainPart all = new PlainPart(1, features, presence, labels);
    TrainingPlan plan =
        TrainingPlan.compile(
            spec("{'type': 'logistic'}", 0.5, 16, 2),
            new DataLayout(1, false, List.of(rows), List.of(0)),
            Set.of(ReleasedValue.LOSS));
    return Rehearsal.run(
        plan,
        List.of(new Rehearsal.Site(Optional.of(all), Optional.empty())),
        TrainingListener.NONE);
  }

  /** However wide the range, a feature counts as much as in a narrow one. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1e-3, 1e-4, 2e-5, 1e-6, 1e-7, 3e-8})
  void aWideRangeCostsNothing(double part) throws Exception {
    Rehearsal.Outcome outcome = rehearseInPartOfTheRange(part, 0);

    agrees(outcome);
    assertThat(outcome.scales()).isEmpty();
    assertThat(outcome.fixedPoint().metrics().auc()).isGreaterThan(0.97);
    assertThat(outcome.fixedPoint().metrics().accuracy()).isGreaterThan(0.88);
  }

  /** The twin knows nothing of how finely values are shared. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 1e-10, 1e-12})
  void aRangeThatIsTooWideShows(double part) throws Exception {
    Rehearsal.Outcome outcome = rehearseInPartOfTheRange(part, 0);

    assertThat(outcome.twin().metrics().auc()).isGreaterThan(0.97);
    assertThat(outcome.scales())
        .singleElement()
        .satisfies(scale -> assertThat(scale.deviation()).isBetween(0.2 * part, 0.4 * part));
  }

  /** One wild value: the deviation is its own, and the others still differ. */
  @Test
  void anOutlierLeavesTheOrderOfTheOthers() throws Exception {
    Rehearsal.Outcome outcome = rehearseInPartOfTheRange(1e-3, 1);

    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.scales()).isEmpty();
    assertThat(outcome.fixedPoint().metrics().auc())
        .isCloseTo(outcome.twin().metrics().auc(), within(TOLERANCE));
  }

  @Test
  void saysWhereValuesLeftTheirRange() throws Exception {
    Rehearsal.Outcome outcome =
        rehearse(spec(PERCEPTRON.formatted(2), 16, 16, 2), 5, TestCohort.logistic(0));

    assertThat(outcome.broken()).isNotEmpty();
    for (BrokenPlace broken : outcome.broken()) {
      assertThat(broken.value()).isGreaterThan(broken.most());
      assertThat(broken.epoch()).isPositive();
    }
    assertThat(outcome.broken())
        .anyMatch(
            broken -> broken.promise() == Promise.DECLARED && broken.place().equals("NetworkState"))
        .anyMatch(
            broken -> broken.promise() == Promise.NOT_WRAPPED && broken.place().equals("Dense"))
        .anyMatch(
            broken -> broken.promise() == Promise.TRUNCATED && broken.place().equals("Softmax"));
  }
}
