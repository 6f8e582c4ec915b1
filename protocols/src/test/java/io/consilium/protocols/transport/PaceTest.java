package io.consilium.protocols.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private long nowNanos = -7;
  private final Pace pace =
      new Pace(Duration.ofSeconds(10), Duration.ofSeconds(25), () -> nowNanos);

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void aPieceHasItsPatienceAsLongAsTheWholeIsInTime() throws Exception {
    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(9));
    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(9));
    assertThat(pace.next()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void whoeverTricklesIsGivenUpWhenTheWholeIsOverdue() throws Exception {
    for (int piece = 0; piece < 5; piece++) {
      assertThat(pace.next()).isPositive();
      pass(Duration.ofSeconds(5));
    }

    assertThatThrownBy(pace::next)
        .isInstanceOf(ConnectionException.class)
        .hasMessage("not all of it came within 25000 ms")
        .extracting(e -> ((ConnectionException) e).reason())
        .isEqualTo(ConnectionException.Reason.TIMEOUT);
  }
}
