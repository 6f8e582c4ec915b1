package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import io.consilium.training.CostBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adam and AMSGrad on shares follow their formulas in double precision. */
final class AdamTest {
  private static final int ROWS = 128;

  /** Units of 2^-16 by which a hundred truncations of weights walk away. */
  private static final double WALK = 60 * 0x1p-16;

  /** Gradients of a weight each: steady, alternating, tiny, sudden and large. */
  private static double gradient(int weight, int step) {
    return switch (weight) {
      case 0 -> 0.02;
      case 1 -> step % 2 == 0 ? 0.5 : -0.45;
      case 2 -> 0.001 * Math.sin(step);
      case 3 -> step % 40 == 39 ? 20 : 0;
      default -> 100.0 / (step + 1);
    };
  }

  private static final int WEIGHTS = 5;

  private static double[] gradients(int step) {
    double[] g = new double[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) {
      g[i] = gradient(i, step);
    }
    return g;
  }

  /** The formulas of the paper, the root as ours is. */
  private static double[] expected(Adam adam, int steps, double rate) {
    double beta1 = adam.representedBetas()[0];
    double beta2 = adam.representedBetas()[1];
    double[] w = new double[WEIGHTS];
    double[] m = new double[WEIGHTS];
    double[] v = new double[WEIGHTS];
    double[] largest = new double[WEIGHTS];
    for (int t = 1; t <= steps; t++) {
      for (int i = 0; i < WEIGHTS; i++) {
        double g = gradient(i, t - 1) + adam.l2() * w[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        largest[i] = adam.amsgrad() ? Math.max(largest[i], v[i]) : v[i];
        double bias = Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
        double root = Math.sqrt(largest[i] + adam.epsilon() * adam.epsilon());
        w[i] -= rate * bias * m[i] / root;
      }
    }
    return w;
  }

  private static double[] trained(
      Backend b, Adam adam, int steps, double rate, FixedPoint format, int rows) {
    Parameter parameter = new Parameter("w", Shape.vector(WEIGHTS), 0, true);
    List<Parameter> parameters = List.of(parameter);
    SecretTensor zero = b.constant(parameter.shape(), Ranges.DEFAULT, new long[WEIGHTS]);
    NetworkState state = new NetworkState(List.of(zero), adam.initialMemory(b, parameters), 0);
    for (int t = 0; t < steps; t++) {
      double[] sum = gradients(t);
      for (int i = 0; i < WEIGHTS; i++) {
        sum[i] *= rows;
      }
      SecretTensor g = b.constant(parameter.shape(), format, format.encode(sum));
      NetworkState now = state.promised(b);
      state = adam.update(b, parameters, now, List.of(g), rows, rate);
    }
    return Samples.opened(b, state.parameters().getFirst());
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0.999, 1e-4, 0, false, 32, 128",
    "0.9, 0.999, 1e-4, 0, true, 32, 128",
    "0.9, 0.99, 1.1e-5, 0.01, false, 40, 100",
    "0, 0.999, 1e-3, 0, false, 24, 1",
    "0.5, 0.9, 1e-2, 0, true, 16, 96"
  })
  void followsTheFormula(
      double beta1,
      double beta2,
      double epsilon,
      double l2,
      boolean amsgrad,
      int gradientBits,
      int rows) {
    double rate = 0.01;
    Adam adam = new Adam(rate, beta1, beta2, epsilon, l2, amsgrad);
    FixedPoint format = new FixedPoint(gradientBits);
    int steps = 120;

    double[] onShares =
        new ThreeParties(5)
            .run(b -> trained(b, adam, steps, rate, format, rows))
            .results()
            .getFirst();
    double[] inTheClear = trained(new ClearBackend(), adam, steps, rate, format, rows);

    double[] expected = expected(adam, steps, rate);
    for (int i = 0; i < WEIGHTS; i++) {
      double tolerance = WALK + 0.01 * Math.abs(expected[i]);
      assertThat(onShares[i]).as("weight %d", i).isCloseTo(expected[i], within(tolerance));
      assertThat(inTheClear[i]).as("weight %d", i).isCloseTo(expected[i], within(tolerance));
    }
    assertThat(Math.abs(expected[0])).isGreaterThan(0.3);
  }

  /** A weight whose gradient is always 0 hardly moves, however small epsilon is. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutAGradientThereIsNoStep(boolean amsgrad) {
    Adam adam = new Adam(0.01, 0.9, 0.999, Adam.EPSILON_MIN, 0, amsgrad);
    Parameter parameter = new Parameter("w", Shape.vector(50), 0, true);

    List<double[]> moved =
        new ThreeParties(7)
            .run(b -> {
              SecretTensor zero = b.constant(parameter.shape(), Ranges.DEFAULT, new long[50]);
              List<Parameter> all = List.of(parameter);
              NetworkState state = new NetworkState(List.of(zero), adam.initialMemory(b, all), 0);
              SecretTensor g = b.constant(parameter.shape(), new FixedPoint(32), new long[50]);
              for (int t = 0; t < 100; t++) {
                state = adam.update(b, all, state.promised(b), List.of(g), ROWS, 0.01);
              }
              return Samples.opened(b, state.parameters());
            })
            .results()
            .getFirst();

    for (double w : moved.getFirst()) {
      assertThat(w).isCloseTo(0, within(0.01));
    }
  }

  private static Cost cost(Adam adam, int elements) {
    CostBackend b = new CostBackend();
    Parameter parameter = new Parameter("w", Shape.vector(elements), 0, false);
    List<Parameter> all = List.of(parameter);
    SecretTensor w = CostBackend.tensor(parameter.shape(), Ranges.DEFAULT);
    SecretTensor g = CostBackend.tensor(parameter.shape(), new FixedPoint(32));
    NetworkState state = new NetworkState(List.of(w), adam.initialMemory(b, all), 0);
    var _ = adam.update(b, all, state.promised(b), List.of(g), ROWS, 0.001);
    return b.declared();
  }

  @Test
  void costsFewRoundsAndWhatItSays() {
    Cost adam = cost(new Adam(0.001, 0.9, 0.999, 1e-4, 0, false), 64_000);
    Cost amsgrad = cost(new Adam(0.001, 0.9, 0.999, 1e-4, 0, true), 64_000);

    assertThat(adam.rounds()).isEqualTo(34);
    assertThat(amsgrad.rounds()).isEqualTo(42);
    assertThat(adam.bytes() / 64_000).isBetween(550L, 700L);
    assertThat((amsgrad.bytes() - adam.bytes()) / 64_000).isBetween(60L, 80L);
  }

  private static Course course(Adam adam, int epochs) {
    Samples all = Samples.classes(3, 1400, 8, 4, 1.2);
    Network network =
        new Network(
            Shape.vector(8),
            List.of(
                new Dense(16, Initialisation.HE), new Relu(), new Dense(4, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    return new Course(
        network, adam, adam.learningRate(), 32, all.part(0, 400), all.part(400, 1400), epochs, 3);
  }

  private static double loss(Course course, Course.Outcome outcome) {
    Samples samples = course.evaluated();
    double sum =
        Reals.loss(course.network(), outcome.parameters(), samples.rows(), samples.labels());
    return sum / samples.rows().length;
  }

  /** 260 steps of a small network: the same loss as in double precision, with ND4J's gradients. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNetworkFollowsTheTwin(boolean amsgrad) {
    Course course = course(new Adam(0.005, 0.9, 0.999, 1e-4, 1e-3, amsgrad), 20);
    Course.Outcome twin = course.ofTheTwin();

    ThreeParties.Outcome<Course.Outcome> outcome = new ThreeParties(3).run(course::on);
    Course.Outcome shared = outcome.results().getFirst();
    Course.Outcome clear = course.on(new ClearBackend());

    double expected = loss(course, twin);
    assertThat(loss(course, shared)).isCloseTo(expected, within(0.01));
    assertThat(loss(course, clear)).isCloseTo(expected, within(0.01));
    assertThat(shared.largestDifference(twin)).isLessThan(0.05);
    double before = loss(course, new Course.Outcome(initial(course), new double[0]));
    assertThat(expected).isLessThan(before - 0.4);
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }

  private static List<double[]> initial(Course course) {
    return new ArrayList<>(NetworkStep.initialValues(course.network(), course.seed()));
  }

  @Test
  void theDeclaredRangesHold() {
    Course course = course(new Adam(0.005, 0.9, 0.999, 1e-4, 1e-3, true), 2);

    Course.Outcome checked = course.on(RangeCheck.backend());

    assertThat(checked.scores()).isEqualTo(course.on(new ClearBackend()).scores());
  }

  @Test
  void everyStepCostsTheSame() {
    Course course = course(new Adam(0.005, 0.9, 0.999, 1e-4, 1e-3, true), 1);
    NetworkStep step = new NetworkStep(course.network(), course.optimiser());
    Samples samples = course.training().part(0, 33);

    ThreeParties.Outcome<Cost> outcome =
        new ThreeParties(3)
            .run(b -> {
              NetworkState state = step.initial(b, 3);
              SecretTensor x = samples.rows(b);
              SecretTensor y = samples.labels(b, course.network().loss().labelFormat());
              Cost before = b.declared();
              var _ = step.apply(b, step.apply(b, state, x, y, 0.005), x, y, 0.001);
              return b.declared().since(before);
            });

    Cost expected = step.cost(33, new FixedPoint(8), 0.005).times(2);
    assertThat(outcome.results()).containsOnly(expected);
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
  }

  @Test
  void refusesWhatCannotBeRepresented() {
    assertThatThrownBy(() -> new Adam(1e-7, 0.9, 0.999, 1e-4, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Adam(0.01, 0.9, 0.99999, 1e-4, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Adam(0.01, 0.9, 0.999, 1e-8, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Adam(0.01, 0.95, 0.9, 1e-4, 0, false))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
