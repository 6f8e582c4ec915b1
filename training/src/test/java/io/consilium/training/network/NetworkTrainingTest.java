package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.RangeException;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Training on shares follows the twin in double precision, which has its derivatives from ND4J. */
final class NetworkTrainingTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  /** After some 50 steps with momentum; the twin itself moves as far if its rate is 0.1% off. */
  private static final double WEIGHT_TOLERANCE = 0.02;

  private static final double ACCURACY_TOLERANCE = 0.005;

  /** Guessing is right for one in four; a few epochs go well beyond. */
  private static final double LEARNED = 0.45;

  private static Layer dense(int units) {
    return new Dense(units, Initialisation.HE);
  }

  private static Course course(int epochs, double rate, Loss loss, Layer... layers) {
    Samples all = Samples.classes(SEED, 1400, 8, 4, 1.2);
    Network network = new Network(Shape.vector(8), List.of(layers), loss);
    Sgd sgd = new Sgd(rate, 0.9, 1e-3, 32);
    return new Course(network, sgd, all.part(0, 400), all.part(400, 1400), epochs, SEED);
  }

  private static Course perceptron(int epochs) {
    return course(
        epochs,
        0.05,
        new SoftmaxCrossEntropy(),
        dense(16),
        new Relu(),
        dense(12),
        new Relu(),
        dense(4));
  }

  private static void follows(Course course) {
    Course.Outcome twin = course.ofTheTwin();

    Course.Outcome shared = new ThreeParties(SEED).run(course::on).results().getFirst();
    Course.Outcome clear = course.on(new ClearBackend());

    double[][] labels = course.evaluated().labels();
    assertThat(twin.accuracy(labels)).isGreaterThan(LEARNED);
    assertThat(shared.accuracy(labels))
        .isCloseTo(twin.accuracy(labels), within(ACCURACY_TOLERANCE));
    assertThat(shared.largestDifference(twin)).isLessThan(WEIGHT_TOLERANCE);
    assertThat(clear.largestDifference(twin)).isLessThan(WEIGHT_TOLERANCE);
  }

  @Test
  void aPerceptronFollowsTheTwin() {
    follows(perceptron(4));
  }

  @Test
  void residualsAndBranchesFollowTheTwin() {
    follows(
        course(
            3,
            0.02,
            new SoftmaxCrossEntropy(),
            dense(10),
            new LeakyRelu(0.1),
            new Residual(List.of(dense(10), new Tanh())),
            new Concatenation(List.of(List.of(dense(5), new Sigmoid()), List.of(new Relu()))),
            dense(4)));
  }

  @Test
  void squaredErrorAndBinaryCrossEntropyFollowTheTwin() {
    Layer[] layers = {dense(12), new Relu(), dense(4)};
    follows(course(6, 0.02, new MeanSquaredError(), layers));
    follows(course(4, 0.02, new BinaryCrossEntropy(), layers));
  }

  private static Course ofBars(int epochs, double rate, Layer... layers) {
    Samples all = Samples.bars(SEED, 1400, 8);
    Network network =
        new Network(new Shape(List.of(1, 8, 8)), List.of(layers), new SoftmaxCrossEntropy());
    Sgd sgd = new Sgd(rate, 0.9, 1e-3, 32);
    return new Course(network, sgd, all.part(0, 400), all.part(400, 1400), epochs, SEED);
  }

  private static Course maxPooled(int epochs) {
    return ofBars(
        epochs,
        0.03,
        new Conv(6, Window.of(3, 3), 1, Initialisation.HE),
        new Relu(),
        new MaxPool(Window.of(2, 2).withStride(2, 2)),
        new Conv(8, Window.of(2, 2), 1, Initialisation.HE),
        new Relu(),
        new Flatten(),
        dense(4));
  }

  @Test
  void aConvolutionalNetworkFollowsTheTwin() {
    follows(maxPooled(5));
  }

  @Test
  void averagePoolingFollowsTheTwin() {
    follows(
        ofBars(
            4,
            0.05,
            new Conv(6, Window.of(3, 3).withPadding(1, 1), 1, Initialisation.HE),
            new Relu(),
            new AveragePool(Window.of(2, 2).withStride(2, 2)),
            new Conv(8, Window.of(3, 3), 1, Initialisation.HE),
            new Relu(),
            new GlobalAveragePool(),
            dense(4)));
  }

  @Test
  void geluAndSoftmaxFollowTheTwin() {
    follows(
        course(
            4,
            0.03,
            new SoftmaxCrossEntropy(),
            dense(12),
            new Gelu(),
            new Concatenation(List.of(List.of(dense(5), new Softmax()), List.of())),
            dense(4)));
  }

  /** Scores are with the running statistics. */
  @Test
  void batchNormalisationFollowsTheTwin() {
    follows(
        course(
            4,
            0.05,
            new SoftmaxCrossEntropy(),
            dense(16),
            new BatchNorm(0.9, 1e-3, false),
            new Relu(),
            dense(12),
            new BatchNorm(0.8, 1e-2, true),
            new Relu(),
            dense(4)));
  }

  @Test
  void batchNormalisationOfChannelsFollowsTheTwin() {
    follows(
        ofBars(
            4,
            0.03,
            new Conv(6, Window.of(3, 3), 1, Initialisation.HE),
            new BatchNorm(0.9, 1e-3, false),
            new Relu(),
            new MaxPool(Window.of(2, 2).withStride(2, 2)),
            new Conv(8, Window.of(2, 2), 1, Initialisation.HE),
            new Relu(),
            new Flatten(),
            dense(4)));
  }

  @Test
  void theDeclaredRangesOfAConvolutionalNetworkHold() {
    Course course = maxPooled(2);

    Course.Outcome checked = course.on(RangeCheck.backend());

    assertThat(checked.scores()).isEqualTo(course.on(new ClearBackend()).scores());
  }

  /** Another rate is no longer within the tolerance: the comparison can fail. */
  @Test
  void theToleranceTellsRatesApart() {
    Course.Outcome twin = perceptron(4).ofTheTwin();
    Course other =
        course(
            4,
            0.055,
            new SoftmaxCrossEntropy(),
            dense(16),
            new Relu(),
            dense(12),
            new Relu(),
            dense(4));

    assertThat(other.ofTheTwin().largestDifference(twin)).isGreaterThan(2 * WEIGHT_TOLERANCE);
  }

  @Test
  void theDeclaredRangesHold() {
    Course course = perceptron(2);

    Course.Outcome checked = course.on(RangeCheck.backend());

    assertThat(checked.scores()).isEqualTo(course.on(new ClearBackend()).scores());
  }

  @Test
  void inputsBeyondTheirRangeAreSeen() {
    Samples far = Samples.classes(SEED, 32, 8, 4, 1e5);
    Course course =
        new Course(perceptron(1).network(), new Sgd(0.05, 0.9, 1e-3, 32), far, far, 1, SEED);

    assertThatThrownBy(() -> course.on(new ClearBackend()))
        .isInstanceOf(RangeException.class)
        .hasMessageContaining("out of its range");
  }

  @Test
  void clippedGradientsMoveNoParameterFartherThanTheRate() {
    Course course = perceptron(1);
    double bound = 0.01;
    double rate = 0.1;
    NetworkStep step =
        new NetworkStep(course.network(), new ClippedGradients(new Sgd(rate, 0, 0, 400), bound));

    List<double[]> moved =
        new ThreeParties(SEED)
            .run(b -> {
              NetworkState state = step.initial(b, SEED);
              NetworkState next =
                  step.apply(
                      b,
                      state,
                      course.training().rows(b),
                      course.training().labels(b, course.network().loss().labelFormat()),
                      rate);
              return Samples.opened(b, next.memory().getFirst());
            })
            .results()
            .getFirst();

    double largest = 0;
    for (double[] velocity : moved) {
      for (double v : velocity) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    assertThat(largest).isCloseTo(rate * bound, within(2 * 0x1p-16 + rate * bound / 500));
  }
}
