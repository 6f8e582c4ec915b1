package io.consilium.party.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CardNumbersTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long SECOND = START.getEpochSecond();

  @Test
  void takesTheLargest() {
    CardNumbers numbers =
        CardNumbers.of(new long[] {2, 7, 1}, new long[] {SECOND - 5, SECOND, SECOND + 9}, START);

    assertThat(numbers).isEqualTo(new CardNumbers(7, START.plusSeconds(9)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 2147483647, 2147483648L, Long.MAX_VALUE, Long.MIN_VALUE})
  void refusesAVersionThatCannotBe(long version) {
    assertThatThrownBy(() -> CardNumbers.of(new long[] {1, 1, version}, new long[3], Instant.EPOCH))
        .isInstanceOfSatisfying(
            ProtocolViolation.class, e -> assertThat(e.peer()).isEqualTo(ComputeParty.P2));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, 4_000_000_000L})
  void refusesATimeThatCannotBe(long second) {
    assertThatThrownBy(
            () -> CardNumbers.of(new long[] {1, 1, 1}, new long[] {SECOND, second, SECOND}, START))
        .isInstanceOfSatisfying(
            ProtocolViolation.class, e -> assertThat(e.peer()).isEqualTo(ComputeParty.P1));
  }
}
