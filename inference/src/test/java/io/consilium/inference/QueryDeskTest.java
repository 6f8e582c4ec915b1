package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.Announcement.Offer;
import io.consilium.inference.QueryDesk.Part;
import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class QueryDeskTest {
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Refusal BROKE = new Refusal(Code.UNAVAILABLE, "broke");

  private final AtomicLong now = new AtomicLong(-5);
  private final QueryDesk desk = new QueryDesk(TestModel.card(1), ServingLimits.DEFAULT, now::get);
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

  private Query put(long id, int rows) {
    Query query = queries.at(ComputeParty.P0, new SessionId(0, id), "ward-1", rows);
    assertThat(desk.put(query)).isEmpty();
    return query;
  }

  private List<Query> next() throws InterruptedException {
    return desk.next(AT_ONCE).stream().map(QueryDesk.Offered::query).toList();
  }

  private static Offer offer(long id, boolean first) {
    return new Offer(new SessionId(0, id), 1, first, false);
  }

  private Part find(long id) throws InterruptedException {
    return desk.find(List.of(offer(id, false))).getFirst();
  }

  @Test
  void handsOutAllThatWaitTheOldestFirstAndEachOnce() throws Exception {
    Query first = put(1, 1);
    Query second = put(2, 3);

    assertThat(next()).containsExactly(first, second);
    assertThat(next()).isEmpty();
    assertThat(desk.waitingRows()).isEqualTo(4);
  }

  @Test
  void fillsABatchUpToItsLimitsAndLetsNobodyOvertake() throws Exception {
    ServingLimits small =
        ServingLimits.DEFAULT.with(
            new ServingLimits.Batches(3, 10, 1_000, AT_ONCE, Duration.ofSeconds(1)));
    QueryDesk narrow = new QueryDesk(TestModel.card(1), small, now::get);
    int[] rows = {20, 4, 6, 1, 1, 1, 1, 10};
    for (int i = 0; i < rows.length; i++) {
      SessionId id = new SessionId(0, i);
      assertThat(narrow.put(queries.at(ComputeParty.P0, id, "ward-1", rows[i]))).isEmpty();
    }

    List<List<Integer>> batches = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      batches.add(narrow.next(AT_ONCE).stream().map(offered -> offered.query().rows()).toList());
    }

    assertThat(batches)
        .containsExactly(List.of(20), List.of(4, 6), List.of(1, 1, 1), List.of(1), List.of(10));
  }

  @Test
  void refusesAnIdThatWasUsedBefore() throws Exception {
    Query query = put(1, 1);
    assertThat(desk.put(query(1))).isPresent();

    desk.end(query, new Answer.Share(new long[] {3}));

    assertThat(((Answer.Share) query.answer().join()).words()).containsExactly(3);
    assertThat(desk.put(query(1)).get().code()).isEqualTo(Code.BAD_QUESTION);
    assertThat(find(1)).isInstanceOf(Part.Ended.class);
    assertThat(desk.isEmpty()).isTrue();
    assertThat(desk.waitingRows()).isZero();
  }

  @Test
  void setsAQueryAsideAndSaysWhenItHasWaitedLongEnough() throws Exception {
    Query query = put(1, 1);
    assertThat(desk.next(AT_ONCE).getFirst().offer())
        .isEqualTo(new Offer(query.id(), 1, true, false));

    desk.setAside(query);

    assertThat(next()).isEmpty();
    pass(ServingLimits.DEFAULT.retry());
    assertThat(desk.next(AT_ONCE).getFirst().offer())
        .isEqualTo(new Offer(query.id(), 1, false, false));
    desk.setAside(query);
    pass(ServingLimits.DEFAULT.part());
    assertThat(desk.next(AT_ONCE).getFirst().offer())
        .isEqualTo(new Offer(query.id(), 1, false, true));
  }

  @Test
  void asksAQueryWhoseSessionBrokeOnceMore() throws Exception {
    Query query = put(1, 1);

    assertThat(next()).containsExactly(query);
    desk.letGo(query, BROKE);
    assertThat(query.answer()).isNotDone();
    assertThat(next()).containsExactly(query);
    desk.letGo(query, BROKE);

    assertThat(refusal(query)).isEqualTo("broke");
    assertThat(next()).isEmpty();
  }

  @Test
  void doesNotTakeAnAnswerBack() throws Exception {
    Query query = put(1, 1);
    assertThat(next()).hasSize(1);
    desk.computed(query);

    desk.letGo(query, BROKE);
    desk.refuseAll(BROKE);
    desk.withdraw(query.id());
    pass(Duration.ofHours(1));
    desk.refuseWhatIsLate();

    assertThat(query.answer()).isNotDone();
    assertThat(desk.put(query(1))).isPresent();
  }

  @Test
  void knowsWhatItNeverGotFromWhatEnded() throws Exception {
    assertThat(find(9)).isInstanceOf(Part.NotYet.class);

    desk.forget(new SessionId(0, 9));

    assertThat(find(9)).isInstanceOf(Part.Ended.class);
    assertThat(desk.put(query(9))).isPresent();
  }

  @Test
  void waitsForAPartThatIsUnderWayButOnlyTheFirstTime() throws Exception {
    ServingLimits patient =
        ServingLimits.DEFAULT.with(
            new ServingLimits.Batches(8, 8, 8, Duration.ofHours(1), Duration.ofSeconds(1)));
    QueryDesk other = new QueryDesk(TestModel.card(1), patient, System::nanoTime);
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<List<Part>> found =
          thread.submit(() -> other.find(List.of(offer(1, true), offer(2, false))));

      assertThat(other.put(query(1))).isEmpty();

      assertThat(found.get().get(0)).isInstanceOf(Part.Here.class);
      assertThat(found.get().get(1)).isInstanceOf(Part.NotYet.class);
    }
  }

  @Test
  void givesUpAQueryThatNobodyTakesUp() throws Exception {
    Query query = put(1, 1);
    pass(ServingLimits.DEFAULT.answer().minusNanos(1));
    desk.refuseWhatIsLate();
    assertThat(query.answer()).isNotDone();

    pass(Duration.ofNanos(1));
    desk.refuseWhatIsLate();

    assertThat(refusal(query)).isEqualTo("nobody took the question up within 20000 ms");
    assertThat(find(1)).isInstanceOf(Part.Ended.class);
  }

  @Test
  void tellsTheClientOfAQueryThatTakesTooLongAndLeavesItToItsSession() throws Exception {
    Query query = put(1, 1);
    assertThat(next()).hasSize(1);

    pass(ServingLimits.DEFAULT.computing());
    desk.refuseWhatIsLate();

    assertThat(refusal(query)).startsWith("the hospitals did not finish");
    assertThat(desk.isEmpty()).isFalse();
  }

  @Test
  void endsAWithdrawnQueryUnlessTheSessionHoldsIt() throws Exception {
    Query held = put(1, 1);
    assertThat(next()).hasSize(1);
    Query free = put(2, 1);

    desk.withdraw(held.id());
    desk.withdraw(free.id());

    assertThat(held.answer()).isNotDone();
    assertThat(refusal(free)).isEqualTo("it was withdrawn");
  }

  @Test
  void whatNeverComesDoesNotEndWhatIsHere() throws Exception {
    Query query = put(1, 1);

    desk.neverComes(query.id());
    desk.neverComes(new SessionId(0, 2));

    assertThat(query.answer()).isNotDone();
    assertThat(find(2)).isInstanceOf(Part.Ended.class);
  }

  @Test
  void refusesEverybodyWhoWaits() {
    Query query = put(1, 1);

    desk.refuseAll(BROKE);

    assertThat(refusal(query)).isEqualTo("broke");
    assertThat(desk.isEmpty()).isTrue();
  }
}
