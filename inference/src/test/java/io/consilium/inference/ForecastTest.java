package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class ForecastTest {
  private static final int BATCH_ROWS_MAX = 100;
  private static final Percentage CLOSE = Percentage.withPercentage(1);

  private final Forecast forecast = new Forecast(BATCH_ROWS_MAX);

  private static long nanos(double millis) {
    return Math.round(millis * 1e6);
  }

  private double millis(long rows) {
    return forecast.waitFor(rows).toNanos() / 1e6;
  }

  @Test
  void expectsNoWaitBeforeItKnowsAnything() {
    assertThat(forecast.waitFor(1_000)).isZero();
    assertThat(forecast.rowsWithin(Duration.ofMillis(1))).isEqualTo(BATCH_ROWS_MAX);
  }

  @Test
  void tellsTheTimeOfABatchFromThatOfARecord() {
    for (int i = 0; i < 100; i++) {
      int rows = 1 + 37 * i % 60;
      forecast.took(rows, nanos(8 + 0.5 * rows));
    }

    assertThat(millis(1)).isCloseTo(8.5, CLOSE);
    assertThat(millis(100)).isCloseTo(58, CLOSE);
    assertThat(millis(250)).isCloseTo(3 * 8 + 125, CLOSE);
    assertThat((double) forecast.rowsWithin(Duration.ofMillis(58))).isCloseTo(100, CLOSE);
    assertThat((double) forecast.rowsWithin(Duration.ofMillis(580))).isCloseTo(1_000, CLOSE);
    assertThat(forecast.rowsWithin(Duration.ofMillis(1))).isEqualTo(1);
  }

  @Test
  void letsLargerBatchesInUntilItKnowsWhatARecordCosts() {
    for (int i = 0; i < 10; i++) {
      forecast.took(1, nanos(500));
    }

    assertThat(millis(64)).isCloseTo(500, CLOSE);
    assertThat(millis(250)).isCloseTo(1_500, CLOSE);
    forecast.took(64, nanos(32_000));

    assertThat(millis(64)).isCloseTo(32_000, Percentage.withPercentage(5));
  }

  @Test
  void neverExpectsMoreRecordsToTakeLess() {
    forecast.took(1, nanos(30));
    forecast.took(50, nanos(10));

    assertThat(millis(50)).isGreaterThanOrEqualTo(millis(1));
    assertThat(millis(1)).isPositive();
  }

  @Test
  void forgetsHowSlowTheFirstBatchesWere() {
    forecast.took(1, nanos(10_000));
    for (int i = 0; i < 100; i++) {
      forecast.took(1 + i % 7, nanos(10));
    }

    assertThat(millis(1)).isLessThan(11);
  }
}
