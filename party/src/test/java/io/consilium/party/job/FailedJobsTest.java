package io.consilium.party.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FailedJobsTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void limitsEachResearcherWithinTheHour() {
    FailedJobs failed = new FailedJobs();
    for (int i = 0; i < 3; i++) {
      assertThat(failed.reached("anna", 3, START)).isFalse();
      failed.add("anna", START.plus(Duration.ofMinutes(i)));
    }

    assertThat(failed.reached("anna", 3, START.plus(Duration.ofMinutes(59)))).isTrue();
    assertThat(failed.reached("bert", 3, START)).isFalse();
    // The first failure is an hour old, the others are not yet.
    assertThat(failed.reached("anna", 3, START.plus(FailedJobs.WINDOW))).isFalse();
    assertThat(failed.reached("anna", 2, START.plus(FailedJobs.WINDOW))).isTrue();
  }
}
