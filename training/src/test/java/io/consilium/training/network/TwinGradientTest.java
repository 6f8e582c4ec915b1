package io.consilium.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.training.plain.NetworkTwin;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The twin of every network: its step is a step along finite differences of the loss. */
final class TwinGradientTest {
  /** So small that no ReLU turns over between the two sides. */
  private static final double STEP = 1e-7;

  private static Stream<GradientTest.Case> cases() {
    return GradientTest.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aStepFollowsFiniteDifferences(GradientTest.Case test) {
    Samples samples = test.samples();
    int rows = samples.rows().length;
    long seed = 7;
    NetworkTwin twin = new NetworkTwin(test.network(), new Sgd(1, 0, 0, rows), seed);
    List<double[]> before = new ArrayList<>();
    twin.parameters().forEach(p -> before.add(p.clone()));

    twin.step(Samples.flat(samples.rows()), Samples.flat(samples.labels()), rows, 1);

    List<double[]> after = twin.parameters();
    for (int p = 0; p < before.size(); p++) {
      boolean trained = test.network().parameters().get(p).trained();
      for (int i = 0; trained && i < before.get(p).length; i++) {
        double expected = -difference(test, before, p, i) / rows;
        assertThat(after.get(p)[i] - before.get(p)[i])
            .as("%s[%d]", test.network().parameters().get(p).name(), i)
            .isCloseTo(expected, within(1e-5 + 2e-3 * Math.abs(expected)));
      }
    }
  }

  private static double difference(
      GradientTest.Case test, List<double[]> parameters, int p, int i) {
    Samples samples = test.samples();
    double value = parameters.get(p)[i];
    parameters.get(p)[i] = value + STEP;
    double above = Reals.loss(test.network(), parameters, samples.rows(), samples.labels());
    parameters.get(p)[i] = value - STEP;
    double below = Reals.loss(test.network(), parameters, samples.rows(), samples.labels());
    parameters.get(p)[i] = value;
    return (above - below) / (2 * STEP);
  }

  @Test
  void makingDerivativesPrintsNothing() {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    GradientTest.Case test = cases().findFirst().orElseThrow();
    Samples samples = test.samples();
    int rows = samples.rows().length;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      NetworkTwin twin = new NetworkTwin(test.network(), new Sgd(1, 0, 0, rows), 7);
      twin.step(Samples.flat(samples.rows()), Samples.flat(samples.labels()), rows, 1);
    } finally {
      System.setOut(out);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
