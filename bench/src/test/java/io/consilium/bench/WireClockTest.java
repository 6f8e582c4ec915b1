package io.consilium.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WireClockTest {
  private static final long MILLI = 1_000_000;

  @ParameterizedTest
  @CsvSource({"40, 0", "0.2, 1000", "100, 10"})
  void aMessageAndItsAnswerTakeOneRoundTripAndTheirSending(double rttMillis, double mbit) {
    Wire wire = new Wire(rttMillis, mbit);
    WireClock forth = new WireClock(wire);
    WireClock back = new WireClock(wire);
    int bytes = 1000;

    long arrival = forth.arrivalNanos(7, bytes);
    long answer = back.arrivalNanos(arrival, bytes);

    long sending = mbit == 0 ? 0 : Math.round(bytes * 8 / mbit * 1000);
    assertThat(answer - 7).isEqualTo(Math.round(rttMillis * MILLI) + 2 * sending);
  }

  @Test
  void messagesInFlightAreDelayedTogether() {
    WireClock clock = new WireClock(new Wire(100, 8));
    int messages = 200;
    int bytes = 1000;

    long last = 0;
    for (int i = 0; i < messages; i++) {
      last = clock.arrivalNanos(0, bytes);
    }

    // 8 Mbit/s are a byte in a microsecond: 50 ms on the way, and 200 ms until all are sent.
    assertThat(last).isEqualTo(50 * MILLI + 200 * MILLI);
  }

  @Test
  void aLinkThatWasIdleHasNothingToMakeUpFor() {
    WireClock clock = new WireClock(new Wire(10, 8));
    long first = clock.arrivalNanos(0, 1000);

    long later = clock.arrivalNanos(500 * MILLI, 1000);

    assertThat(first).isEqualTo(6 * MILLI);
    assertThat(later).isEqualTo(506 * MILLI);
  }

  @Test
  void clocksThatStartBelowZeroWork() {
    WireClock clock = new WireClock(new Wire(2, 0));

    assertThat(clock.arrivalNanos(-5 * MILLI, 10)).isEqualTo(-4 * MILLI);
  }
}
