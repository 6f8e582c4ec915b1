package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.plain.ClearMetrics;
import io.consilium.training.spec.ModelSpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Secure and clear metrics against their definitions, written down once more the plain way. */
final class MetricsTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final ModelSpec LOGISTIC = new ModelSpec.Logistic();

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private static SecretTensor in(Backend b, Shape shape, FixedPoint format, double[] reals) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
    return b.input(ComputeParty.P0, shape, format, owns ? format.encode(reals) : new long[0]);
  }

  private static SecretTensor scores(Backend b, double[] scores, int outputs) {
    return in(b, Shape.matrix(scores.length / outputs, outputs), Formats.SCORES, scores);
  }

  private static SecretTensor labels(Backend b, double[] labels) {
    return in(b, Shape.vector(labels.length), FixedPoint.INTEGER, labels);
  }

  /** Opened by three parties and by the clear reference, which must agree closely. */
  private static double[] computed(Function<Backend, SecretTensor> program) {
    ClearBackend clear = new ClearBackend();
    double[] expected = opened(clear, program.apply(clear));
    double[] actual =
        new ThreeParties(SEED).run(b -> opened(b, program.apply(b))).results().getFirst();
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      if (Double.isNaN(expected[i])) {
        assertThat(actual[i]).isNaN();
      } else {
        assertThat(actual[i]).isCloseTo(expected[i], Offset.offset(1e-3));
      }
    }
    return actual;
  }

  private static double[] opened(Backend b, SecretTensor x) {
    return Undefined.decoded(x.format(), b.open(x, ThreeParties.any()));
  }

  private static double secureAuc(double[] scores, double[] labels) {
    return computed(
        b -> new SecureMetrics(LOGISTIC, labels(b, labels)).auc(b, scores(b, scores, 1)))[0];
  }

  /** Every pair of a positive and a negative row counts 1, 1/2 or 0. */
  private static double aucByPairs(double[] scores, double[] labels) {
    double wins = 0;
    double pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return wins / pairs;
  }

  private double[] randomLabels(int n, double positive) {
    return random.doubles(n).map(u -> u < positive ? 1 : 0).toArray();
  }

  @Test
  void areaUnderTheCurveWithManyTies() {
    for (int n : new int[] {2, 3, 50, 130}) {
      double[] scores = random.ints(n, -4, 4).mapToDouble(v -> v / 2.0).toArray();
      double[] labels = randomLabels(n, 0.3);
      labels[0] = 1;
      labels[1] = 0;

      double expected = aucByPairs(scores, labels);

      assertThat(ClearMetrics.auc(scores, labels)).isCloseTo(expected, Offset.offset(1e-12));
      assertThat(secureAuc(scores, labels)).isCloseTo(expected, Offset.offset(5e-5));
    }
  }

  /** Few rows are compared in pairs, more are sorted. */
  @ParameterizedTest
  @ValueSource(ints = {RocAuc.PAIRED_ROWS_MAX, RocAuc.PAIRED_ROWS_MAX + 1, 1500})
  void areaUnderTheCurveOfManyRows(int n) {
    double[] scores = random.doubles(n, -5, 5).map(v -> Math.rint(v * 16) / 16).toArray();
    scores[0] = -16380;
    scores[1] = 16380;
    double[] labels = random.doubles(n).map(u -> u < 0.1 ? 1 : 0).toArray();
    for (int i = 0; i < n; i++) {
      scores[i] += labels[i];
    }

    double expected = aucByPairs(scores, labels);

    assertThat(expected).isBetween(0.5, 0.7);
    assertThat(secureAuc(scores, labels)).isCloseTo(expected, Offset.offset(5e-5));
  }

  @Test
  void areaUnderTheCurveOfManyEqualRows() {
    int n = RocAuc.PAIRED_ROWS_MAX + 1;

    assertThat(secureAuc(new double[n], randomLabels(n, 0.5))).isEqualTo(0.5);
    assertThat(secureAuc(random.doubles(n).toArray(), new double[n])).isNaN();
  }

  @Test
  void areaUnderTheCurveAtItsEdges() {
    double[] labels = {0, 0, 1, 1};

    assertThat(secureAuc(new double[] {1, 2, 3, 4}, labels)).isCloseTo(1, Offset.offset(5e-5));
    assertThat(secureAuc(new double[] {4, 3, 2, 1}, labels)).isCloseTo(0, Offset.offset(5e-5));
    assertThat(secureAuc(new double[4], labels)).isEqualTo(0.5);
  }

  @Test
  void areaUnderTheCurveOfOneClassIsUndefined() {
    double[] scores = {1, 2, 3, 4};
    for (double[] labels : List.of(new double[4], new double[] {1, 1, 1, 1})) {
      assertThat(secureAuc(scores, labels)).isNaN();
      assertThat(ClearMetrics.auc(scores, labels)).isNaN();
    }
  }

  private static double secureR2(double[] scores, double[] truth) {
    int n = truth.length;
    return computed(b ->
        new SecureMetrics(
                new ModelSpec.Linear(), in(b, Shape.vector(n), Formats.NUMBER_LABELS, truth))
            .r2(b, scores(b, scores, 1)))[0];
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100, 600, 3000})
  void coefficientOfEqualLabelsIsUndefined(int n) {
    for (double label : new double[] {0, 0.002, 1}) {
      double[] truth = DoubleStream.generate(() -> label).limit(n).toArray();

      assertThat(secureR2(random.doubles(n).toArray(), truth)).isNaN();
      assertThat(ClearMetrics.of(new ModelSpec.Linear(), new double[n], truth).r2()).isNaN();
    }
  }

  /** One label of many differs by one unit: the smallest spread that there is. */
  @ParameterizedTest
  @ValueSource(ints = {2, 50, 3000})
  void coefficientOfLabelsThatHardlyVary(int n) {
    double[] constant = DoubleStream.generate(() -> 0.25).limit(n).toArray();
    double[] truth = constant.clone();
    truth[n / 2] += 0x1p-16;

    assertThat(secureR2(truth, truth)).isCloseTo(1, Offset.offset(1e-4));
    // 1 - (1 / n) / ((n - 1) / n^2)
    assertThat(secureR2(constant, truth)).isCloseTo(-1.0 / (n - 1), Offset.offset(1e-3));
  }

  @Test
  void coefficientOfAWorthlessModelHasAnEnd() {
    double[] truth = {0.5, 0.5, 0.5, 0.5 + 0x1p-15};

    assertThat(secureR2(new double[] {9, -9, 16000, -16000}, truth))
        .isCloseTo(-511, Offset.offset(0.1));
  }

  @Test
  void confusionAndAccuracyOfTwoClasses() {
    double[] scores = {-1, 0, 2, -3, 0.5, -0.00002};
    double[] labels = {0, 1, 0, 1, 1, 0};

    double[] confusion =
        computed(
            b -> new SecureMetrics(LOGISTIC, labels(b, labels)).confusion(b, scores(b, scores, 1)));
    double[] right =
        computed(b -> {
          SecureMetrics metrics = new SecureMetrics(LOGISTIC, labels(b, labels));
          return metrics.rightRows(b, metrics.confusion(b, scores(b, scores, 1)));
        });

    assertThat(confusion).containsExactly(2, 1, 1, 2);
    assertThat(right).containsExactly(4);
    ClearMetrics clear = ClearMetrics.of(LOGISTIC, scores, labels);
    assertThat(clear.confusion()).containsExactly(2, 1, 1, 2);
    assertThat(clear.accuracy()).isEqualTo(4 / 6.0);
  }

  @Test
  void confusionOfThreeClasses() {
    double[] scores = {3, 2, 1, 0, 1, 0.5, -1, -2, 5, 7, 0, 1};
    double[] oneHot = {1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0};
    ModelSpec softmax = new ModelSpec.Softmax(3);

    double[] confusion =
        computed(b ->
            new SecureMetrics(softmax, in(b, Shape.matrix(4, 3), FixedPoint.INTEGER, oneHot))
                .confusion(b, scores(b, scores, 3)));

    assertThat(confusion).containsExactly(2, 0, 0, 0, 0, 0, 0, 1, 1);
    assertThat(ClearMetrics.of(softmax, scores, new double[] {0, 2, 2, 0}).confusion())
        .containsExactly(2, 0, 0, 0, 0, 0, 0, 1, 1);
  }

  @Test
  void lossesOfAllModels() {
    double[] scores = random.doubles(90, -6, 6).toArray();
    double[] labels = randomLabels(90, 0.5);
    double[] numbers = random.doubles(90, -1, 1).toArray();
    double[] classes = random.ints(30, 0, 3).asDoubleStream().toArray();
    ModelSpec softmax = new ModelSpec.Softmax(3);
    double[] oneHot =
        Arrays.stream(SecurePart.labelCodes(softmax, classes)).asDoubleStream().toArray();

    double binary =
        computed(b -> new SecureMetrics(LOGISTIC, labels(b, labels)).loss(b, scores(b, scores, 1)))[
            0];
    double square =
        computed(b ->
            new SecureMetrics(
                    new ModelSpec.Linear(), in(b, Shape.vector(90), Formats.NUMBER_LABELS, numbers))
                .loss(b, scores(b, scores, 1)))[0];
    double categorical =
        computed(b ->
            new SecureMetrics(softmax, in(b, Shape.matrix(30, 3), FixedPoint.INTEGER, oneHot))
                .loss(b, scores(b, scores, 3)))[0];

    assertThat(binary)
        .isCloseTo(ClearMetrics.of(LOGISTIC, scores, labels).loss(), Offset.offset(1e-3));
    assertThat(square)
        .isCloseTo(
            ClearMetrics.of(new ModelSpec.Linear(), scores, numbers).loss(), Offset.offset(1e-3));
    assertThat(categorical)
        .isCloseTo(ClearMetrics.of(softmax, scores, classes).loss(), Offset.offset(1e-3));
  }

  @Test
  void clearLossesFollowTheirDefinition() {
    double[] scores = {0.3, -1.2, 2.5};
    double[] labels = {1, 0, 0};
    double binary = 0;
    for (int i = 0; i < 3; i++) {
      double p = 1 / (1 + Math.exp(-scores[i]));
      binary -= Math.log(labels[i] == 1 ? p : 1 - p) / 3;
    }
    double sum = Math.exp(0.3) + Math.exp(-1.2) + Math.exp(2.5);

    assertThat(ClearMetrics.of(LOGISTIC, scores, labels).loss())
        .isCloseTo(binary, Offset.offset(1e-12));
    assertThat(ClearMetrics.of(new ModelSpec.Softmax(3), scores, new double[] {1}).loss())
        .isCloseTo(-Math.log(Math.exp(-1.2) / sum), Offset.offset(1e-12));
    assertThat(ClearMetrics.of(new ModelSpec.Linear(), scores, labels).loss())
        .isCloseTo((0.7 * 0.7 + 1.2 * 1.2 + 2.5 * 2.5) / 3, Offset.offset(1e-12));
  }

  @Test
  void coefficientOfDetermination() {
    double[] truth = random.doubles(200, 0, 1).toArray();
    double[] scores = Arrays.stream(truth).map(y -> y + 0.1 * random.nextGaussian()).toArray();

    double r2 =
        computed(b ->
            new SecureMetrics(
                    new ModelSpec.Linear(), in(b, Shape.vector(200), Formats.NUMBER_LABELS, truth))
                .r2(b, scores(b, scores, 1)))[0];

    double mean = Arrays.stream(truth).average().orElseThrow();
    double unexplained = 0;
    double all = 0;
    for (int i = 0; i < 200; i++) {
      unexplained += (truth[i] - scores[i]) * (truth[i] - scores[i]);
      all += (truth[i] - mean) * (truth[i] - mean);
    }
    assertThat(r2).isCloseTo(1 - unexplained / all, Offset.offset(5e-4));
    assertThat(ClearMetrics.of(new ModelSpec.Linear(), scores, truth).r2())
        .isCloseTo(1 - unexplained / all, Offset.offset(1e-12));
    assertThat(List.of(r2)).allMatch(v -> v > 0.8);
  }
}
