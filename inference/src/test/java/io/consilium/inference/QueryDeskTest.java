package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.QueryDesk.Part;
import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.SessionId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class QueryDeskTest {
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Refusal BROKE = new Refusal(Code.UNAVAILABLE, "broke");

  private final AtomicLong now = new AtomicLong(-5);
  private final QueryDesk desk = new QueryDesk(ServingLimits.DEFAULT, now::get);
  private final TestQueries queries = new TestQueries(1);

  private Query query(long id) {
    return queries.at(ComputeParty.P0, new SessionId(0, id), "ward-1", 1);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  private static String refusal(Query query) {
    return ((Answer.Refused) query.answer().join()).refusal().sentence();
  }

  @Test
  void handsOutTheOldestFirstAndEachOnce() throws Exception {
    Query first = query(1);
    Query second = query(2);
    assertThat(desk.put(first)).isEmpty();
    assertThat(desk.put(second)).isEmpty();

    assertThat(desk.next(AT_ONCE).get().query()).isSameAs(first);
    assertThat(desk.next(AT_ONCE).get().query()).isSameAs(second);
    assertThat(desk.next(AT_ONCE)).isEmpty();
  }

  @Test
  void refusesAnIdThatWasUsedBefore() throws Exception {
    Query query = query(1);
    assertThat(desk.put(query)).isEmpty();
    assertThat(desk.put(query(1))).isPresent();

    desk.end(query, new Answer.Share(new long[] {3}));

    assertThat(((Answer.Share) desk.await(query)).words()).containsExactly(3);
    assertThat(desk.put(query(1)).get().code()).isEqualTo(Code.BAD_QUESTION);
    assertThat(desk.find(new SessionId(0, 1))).isInstanceOf(Part.Ended.class);
    assertThat(desk.isEmpty()).isTrue();
  }

  @Test
  void setsAQueryAsideAndSaysWhenItHasWaitedLongEnough() throws Exception {
    Query query = query(1);
    assertThat(desk.put(query)).isEmpty();
    assertThat(desk.next(AT_ONCE).get().last()).isFalse();

    desk.setAside(query);

    assertThat(desk.next(AT_ONCE)).isEmpty();
    pass(ServingLimits.DEFAULT.retry());
    assertThat(desk.next(AT_ONCE).get().last()).isFalse();
    desk.setAside(query);
    pass(ServingLimits.DEFAULT.part());
    assertThat(desk.next(AT_ONCE).get().last()).isTrue();
  }

  @Test
  void asksAQueryWhoseSessionBrokeOnceMore() throws Exception {
    Query query = query(1);
    assertThat(desk.put(query)).isEmpty();

    assertThat(desk.next(AT_ONCE)).isPresent();
    desk.letGo(query, BROKE);
    assertThat(query.answer()).isNotDone();
    assertThat(desk.next(AT_ONCE)).isPresent();
    desk.letGo(query, BROKE);

    assertThat(refusal(query)).isEqualTo("broke");
    assertThat(desk.next(AT_ONCE)).isEmpty();
  }

  @Test
  void doesNotTakeAnAnswerBack() throws Exception {
    Query query = query(1);
    assertThat(desk.put(query)).isEmpty();
    assertThat(desk.next(AT_ONCE)).isPresent();
    desk.end(query, new Answer.Share(new long[] {3}));

    desk.letGo(query, BROKE);
    desk.refuseAll(BROKE);

    assertThat(desk.await(query)).isInstanceOf(Answer.Share.class);
  }

  @Test
  void knowsWhatItNeverGotFromWhatEnded() {
    assertThat(desk.find(new SessionId(0, 9))).isInstanceOf(Part.NotYet.class);

    desk.forget(new SessionId(0, 9));

    assertThat(desk.find(new SessionId(0, 9))).isInstanceOf(Part.Ended.class);
    assertThat(desk.put(query(9))).isPresent();
  }

  @Test
  void givesUpAQueryThatNobodyTakesUp() throws Exception {
    ServingLimits limits =
        new ServingLimits(
            10,
            10,
            10,
            10,
            10,
            AT_ONCE,
            Duration.ofMillis(20),
            AT_ONCE,
            AT_ONCE,
            AT_ONCE,
            AT_ONCE,
            AT_ONCE);
    QueryDesk impatient = new QueryDesk(limits, now::get);
    Query query = query(1);
    assertThat(impatient.put(query)).isEmpty();

    Answer answer = impatient.await(query);

    assertThat(((Answer.Refused) answer).refusal().code()).isEqualTo(Code.TIMEOUT);
    assertThat(impatient.find(query.id())).isInstanceOf(Part.Ended.class);
  }

  @Test
  void refusesEverybodyWhoWaits() throws Exception {
    Query query = query(1);
    assertThat(desk.put(query)).isEmpty();

    desk.refuseAll(BROKE);

    assertThat(refusal(query)).isEqualTo("broke");
    assertThat(desk.isEmpty()).isTrue();
  }
}
