package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.transport.SessionId;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OutboxTest {
  private static final SessionId ONE = new SessionId(0, 1);
  private static final SessionId TWO = new SessionId(0, 2);
  private static final Answer ANSWER = new Answer.Share(new long[] {1});

  private final Outbox outbox = new Outbox();
  private final AtomicInteger left = new AtomicInteger();

  @Test
  void keepsASeatUntilTheAnswerIsSent() {
    assertThat(outbox.open(ONE, left::incrementAndGet)).isTrue();
    outbox.ended(ONE, ANSWER);
    Outbox.Ended ended = outbox.next().get();
    assertThat(left).hasValue(0);

    outbox.sent(ended);

    assertThat(left).hasValue(1);
    assertThat(outbox.isEmpty()).isTrue();
  }

  @Test
  void aRefusedDuplicateDoesNotFreeTheSeatOfTheFirst() {
    assertThat(outbox.open(ONE, left::incrementAndGet)).isTrue();
    assertThat(outbox.open(ONE, left::incrementAndGet)).isFalse();
    outbox.refused(ONE, new Refusal(Code.BAD_QUESTION, "again"));

    outbox.sent(outbox.next().get());

    assertThat(left).hasValue(0);
    assertThat(outbox.isOpen(ONE)).isTrue();
  }

  @Test
  void afterTheEndOfTheLineEverySeatIsLeftOnce() {
    assertThat(outbox.open(ONE, left::incrementAndGet)).isTrue();
    assertThat(outbox.open(TWO, left::incrementAndGet)).isTrue();
    outbox.ended(ONE, ANSWER);

    assertThat(outbox.close()).containsExactly(TWO);
    assertThat(left).hasValue(1);
    outbox.ended(TWO, ANSWER);

    assertThat(left).hasValue(2);
    assertThat(outbox.next()).isEmpty();
  }
}
