package io.consilium.coordinator.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmissionDocumentTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static SubmissionDocument submission(Instant from, Instant until) {
    return new SubmissionDocument(
        new JobId("0123456789ab"), "ab".repeat(32), from, until, Optional.empty());
  }

  @Test
  void isGoodFromItsSubmissionUntilItExpires() {
    SubmissionDocument usual =
        new SubmissionDocument(new JobId("0123456789ab"), "ab".repeat(32), NOW);

    assertThat(usual.problem(NOW)).isEmpty();
    assertThat(usual.problem(NOW.plus(SubmissionDocument.VALIDITY).minusNanos(1))).isEmpty();
    assertThat(usual.problem(NOW.plus(SubmissionDocument.VALIDITY)).orElseThrow())
        .contains("was good until 2026-03-15T12:00:00Z: submit it again");
  }

  @Test
  void mayNotComeFromTheFuture() {
    Duration skew = SubmissionDocument.CLOCK_SKEW_MAX;
    SubmissionDocument early = submission(NOW.plus(skew), NOW.plus(skew).plusSeconds(60));

    assertThat(early.problem(NOW)).isEmpty();
    assertThat(early.problem(NOW.minusNanos(1)).orElseThrow()).contains("set the clocks right");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-03-01T12:00:00Z",
        "2026-02-01T00:00:00Z",
        "2026-03-31T12:00:00.000000001Z",
        "+1000000000-12-31T23:59:59.999999999Z",
        "-1000000000-01-01T00:00:00Z"
      })
  void isGoodForNeitherNoTimeNorForEver(String until) {
    assertThatThrownBy(() -> submission(NOW, Instant.parse(until)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expiresAt");
  }
}
