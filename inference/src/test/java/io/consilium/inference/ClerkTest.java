package io.consilium.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.inference.QueryAudit.Fact;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class ClerkTest {
  private static final long[] SHARE = {7};

  private final ModelCard card = TestModel.card(1);
  private final TestQueries queries = new TestQueries(1);
  private final Queue<List<Fact>> written = new ConcurrentLinkedQueue<>();
  private final CountDownLatch writing = new CountDownLatch(1);
  private final CountDownLatch mayWrite = new CountDownLatch(1);

  private Query query(long id) {
    return queries.at(ComputeParty.P0, new SessionId(0, id), "ward-1", 1);
  }

  private void writeSlowly(List<Fact> facts) {
    writing.countDown();
    try {
      mayWrite.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    written.add(facts);
  }

  private static List<Clerk.Computed> computed(ModelCard card, Query query) {
    return List.of(new Clerk.Computed(query, card, SHARE));
  }

  @Test
  void givesAnAnswerAwayOnlyWhenItIsWrittenDownAndWritesWhatWaitsAtOnce() throws Exception {
    List<Query> asked = new ArrayList<>();
    try (Clerk clerk = new Clerk(this::writeSlowly, notice -> {})) {
      for (int i = 0; i < 10; i++) {
        asked.add(query(i));
        clerk.answered(computed(card, asked.get(i)));
        if (i == 0) {
          writing.await();
        }
      }
      assertThat(asked).noneMatch(query -> query.answer().isDone());

      mayWrite.countDown();
    }

    assertThat(asked)
        .allSatisfy(
            query -> assertThat(((Answer.Share) query.answer().join()).words()).isEqualTo(SHARE));
    assertThat(written.stream().map(List::size)).containsExactly(1, 9);
  }

  @Test
  void refusesWhatCannotBeWrittenDown() {
    Query query = query(1);
    Queue<String> notices = new ConcurrentLinkedQueue<>();
    try (Clerk clerk =
        new Clerk(
            facts -> {
              throw new IllegalStateException("the disk is full");
            },
            notices::add)) {
      clerk.answered(computed(card, query));
    }

    Refusal refusal = ((Answer.Refused) query.answer().join()).refusal();
    assertThat(refusal.sentence())
        .isEqualTo("this hospital cannot write down what it answers; its disk may be full");
    assertThat(notices).containsExactly("questions are refused: the disk is full");
  }

  @Test
  void countsRefusalsOfOneKindAndLosesNone() throws Exception {
    int refusals = 50_000;
    try (Clerk clerk = new Clerk(this::writeSlowly, notice -> {})) {
      clerk.answered(computed(card, query(1)));
      writing.await();
      for (int i = 0; i < refusals; i++) {
        clerk.refused("ward-" + i % 2, "heart-risk", "q" + i, 3, "busy");
        clerk.refused("ward-9", "heart-risk", "r" + i, 1, "reason " + i);
      }
      mayWrite.countDown();
    }

    List<Fact.Refused> noted = new ArrayList<>();
    written.forEach(facts ->
        facts.forEach(fact -> {
          if (fact instanceof Fact.Refused refused) {
            noted.add(refused);
          }
        }));
    assertThat(noted).hasSizeLessThan(2_000);
    assertThat(noted.stream().mapToLong(Fact.Refused::times).sum()).isEqualTo(2L * refusals);
    assertThat(noted)
        .contains(
            new Fact.Refused(
                "ward-1",
                "heart-risk",
                "q" + (refusals - 1),
                3L * refusals / 2,
                "busy",
                refusals / 2));
  }
}
