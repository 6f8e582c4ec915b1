package io.consilium.bench.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When scores count as those in floating point. */
final class AgreementTest {
  private static final int PLACES = 400;

  /** Class 0 has the larger score everywhere: [2, places]. */
  private static double[] scores() {
    double[] scores = new double[2 * PLACES];
    for (int i = 0; i < PLACES; i++) {
      scores[i] = 1;
      scores[PLACES + i] = 0.999;
    }
    return scores;
  }

  private static Agreement with(int otherClasses, double error) {
    double[] actual = scores();
    for (int i = 0; i < otherClasses; i++) {
      actual[PLACES + i] = 1.001;
    }
    actual[PLACES - 1] += error;
    return Agreement.of(List.of(scores(), actual), List.of(scores(), scores()), 2);
  }

  @Test
  void countsPlacesOfAllImages() {
    Agreement agreement = with(3, 0);

    assertThat(agreement.places()).isEqualTo(2 * PLACES);
    assertThat(agreement.same()).isEqualTo(2 * PLACES - 3);
    assertThat(agreement.scoreMax()).isEqualTo(1);
  }

  @Test
  void oneClassInTwoHundredMayDiffer() {
    assertThat(with(4, 0).isClose()).isTrue();
    assertThat(with(5, 0).isClose()).isFalse();
  }

  @Test
  void noScoreMayBeOffByOnePercent() {
    assertThat(with(0, 0.009).isClose()).isTrue();
    assertThat(with(0, 0.011).isClose()).isFalse();
    assertThat(with(0, Double.NaN).isClose()).isFalse();
  }
}
