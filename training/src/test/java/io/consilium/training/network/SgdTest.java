package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The update is v = mu v - rate (g / rows + l2 w), w = w + v, in one pair of rounds. */
final class SgdTest {
  private static final double[] WEIGHTS = {1.5, -2.25, 0, 100};
  private static final double[] VELOCITY = {0.25, -0.125, 0.5, -1};
  private static final double[] GRADIENT = {3, -60, 0.5, 7};
  private static final double UNIT = 0x1p-16;

  private static SecretTensor tensor(Backend b, int fractionBits, double... values) {
    FixedPoint format = new FixedPoint(fractionBits);
    return b.constant(Shape.vector(values.length), format, format.encode(values));
  }

  private static NetworkState updated(
      Backend b, Sgd sgd, int gradientBits, boolean decays, int rows, double rate) {
    NetworkState state =
        new NetworkState(
            List.of(tensor(b, 16, WEIGHTS)), List.of(List.of(tensor(b, 24, VELOCITY))), 3);
    Parameter parameter = new Parameter("w", Shape.vector(4), 1, decays);
    SecretTensor gradient = tensor(b, gradientBits, GRADIENT);
    return sgd.update(b, List.of(parameter), state, List.of(gradient), rows, rate);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.9, 0.001, 128, 24, true, false",
    "0.1, 0.9, 0.001, 128, 40, false, false",
    "0.03, 0, 0.01, 32, 32, true, false",
    "1, 0.5, 0, 1, 16, true, false",
    "0.1, 0.9, 0.001, 128, 24, true, true",
    "0.02, 0.5, 0.001, 16, 32, false, true"
  })
  void followsTheFormula(
      double rate,
      double momentum,
      double l2,
      int rows,
      int gradientBits,
      boolean decays,
      boolean nesterov) {
    Sgd sgd = new Sgd(rate, momentum, l2, rows, nesterov);
    double now = rate / 2;
    int lessRows = Math.max(1, rows / 2);

    ThreeParties.Outcome<double[]> outcome =
        new ThreeParties(3)
            .run(b -> {
              NetworkState state = updated(b, sgd, gradientBits, decays, lessRows, now);
              assertThat(state.steps()).isEqualTo(4);
              SecretTensor velocity = state.memory().getFirst().getFirst();
              double[] weights = Samples.opened(b, state.parameters().getFirst());
              return DoubleStream.concat(
                      Arrays.stream(weights), Arrays.stream(Samples.opened(b, velocity)))
                  .toArray();
            });

    for (int i = 0; i < WEIGHTS.length; i++) {
      double decay = decays ? l2 * WEIGHTS[i] : 0;
      double step = now * (GRADIENT[i] / lessRows + decay);
      double velocity = momentum * VELOCITY[i] - step;
      double move = nesterov ? momentum * velocity - step : velocity;
      double tolerance = 2 * UNIT + Math.abs(step) / 250;
      double[] actual = outcome.results().getFirst();
      assertThat(actual[i]).isCloseTo(WEIGHTS[i] + move, within(tolerance));
      assertThat(actual[WEIGHTS.length + i]).isCloseTo(velocity, within(tolerance));
    }
  }

  @Test
  void truncatesByAsFewBitsAsTheRateAllows() {
    Sgd sgd = new Sgd(0.1, 0.9, 1e-4, 128);

    assertThat(sgd.bits(new FixedPoint(24))).isEqualTo(28);
    assertThat(sgd.bits(new FixedPoint(32))).isEqualTo(36);
    assertThat(new Sgd(0.0125, 0.9, 0, 128).bits(new FixedPoint(24))).isEqualTo(31);
    assertThat(new Sgd(0.1, 0.9, 0, 8).bits(new FixedPoint(24))).isEqualTo(24);
  }

  @Test
  void truncatesWeightsAndVelocityInTheSameRounds() {
    ClearBackend b = new ClearBackend();
    var _ = updated(b, new Sgd(0.1, 0.9, 1e-4, 128), 24, true, 128, 0.1);

    assertThat(b.declared()).isEqualTo(CostTable.truncate(new long[] {4, 4}, new int[] {20, 28}));
    assertThat(b.declared().rounds()).isEqualTo(new Cost(2, 0).rounds());
  }

  /**
   * Errors of truncations must not add up in the velocity: each would move a weight by ten times
   * itself. In 200 steps those of the weights alone walk 14 units or so.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withoutAGradientWeightsHardlyWander(boolean nesterov) {
    int steps = 200;
    int weights = 500;
    Sgd sgd = new Sgd(0.1, 0.9, 0, 128, nesterov);
    List<Parameter> parameters = List.of(new Parameter("w", Shape.vector(weights), 1, true));

    double[] moved =
        new ThreeParties(11)
            .run(b -> {
              SecretTensor none = tensor(b, 32, new double[weights]);
              NetworkState state =
                  new NetworkState(
                      List.of(tensor(b, 16, new double[weights])),
                      sgd.initialMemory(b, parameters),
                      0);
              for (int t = 0; t < steps; t++) {
                state = sgd.update(b, parameters, state, List.of(none), 128, 0.1);
              }
              return Samples.opened(b, state.parameters().getFirst());
            })
            .results()
            .getFirst();

    double squares = Arrays.stream(moved).map(w -> w * w).average().orElseThrow();
    assertThat(Math.sqrt(squares)).isLessThan(20 * UNIT);
  }

  @Test
  void refusesARateThatCannotBeRepresented() {
    ClearBackend b = new ClearBackend();
    Sgd sgd = new Sgd(1e-5, 0.9, 0, 128);

    assertThatThrownBy(() -> updated(b, sgd, 40, false, 128, 1e-5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too small");
    assertThatThrownBy(() -> new Sgd(0, 0.9, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sgd(0.1, 1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Sgd(0.1, 0, -1, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
