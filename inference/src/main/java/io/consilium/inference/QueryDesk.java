package io.consilium.inference;

import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.transport.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The queries for one model that wait at one party, oldest first. Lines put them here; the session
 * of the three takes them up, as many at a time as fit into a batch. Either way a query ends once.
 *
 * <p>A query that the session holds is not given up by its client, since the other parties count on
 * it.
 */
final class QueryDesk {
  /** Ended queries that are remembered, so that a part that comes late is refused at once. */
  private static final int ENDED_MAX = 1 << 16;

  /** Sessions that may break over one query. */
  private static final int FAILURES_MAX = 2;

  private static final class Entry {
    final Query query;
    final long arrivedNanos;
    long dueNanos;
    long heldNanos;
    boolean held;
    int offers;
    int failures;

    Entry(Query query, long nowNanos) {
      this.query = query;
      this.arrivedNanos = nowNanos;
      this.dueNanos = nowNanos;
    }
  }

  /** What the session finds here. */
  sealed interface Part {
    /** A query, now held by the session. */
    record Here(Query query) implements Part {}

    record NotYet() implements Part {}

    /** Ended here already, or refused before it was put here. */
    record Ended() implements Part {}
  }

  private final ModelCard card;
  private final ServingLimits limits;
  private final LongSupplier nanos;
  private final Map<SessionId, Entry> waiting = new LinkedHashMap<>();
  private final LinkedHashSet<SessionId> ended = new LinkedHashSet<>();
  private long waitingRows;

  /**
   * A desk.
   *
   * @param nanos a clock that nobody sets
   */
  QueryDesk(ModelCard card, ServingLimits limits, LongSupplier nanos) {
    this.card = card;
    this.limits = limits;
    this.nanos = nanos;
  }

  // ---- lines -----------------------------------------------------------------------------------

  /** Takes a query in, or says why not. */
  synchronized Optional<Refusal> put(Query query) {
    if (waiting.containsKey(query.id()) || ended.contains(query.id())) {
      return Optional.of(
          new Refusal(
              Code.BAD_QUESTION,
              "this question was asked before, or came too late: ask it as a new one"));
    }
    waiting.put(query.id(), new Entry(query, nanos.getAsLong()));
    waitingRows += query.rows();
    notifyAll();
    return Optional.empty();
  }

  /** Remembers that a query will not come here, so that the others need not wait for it. */
  synchronized void neverComes(SessionId id) {
    if (!waiting.containsKey(id)) {
      forget(id);
    }
  }

  /** Ends a query whose client does not wait any longer, unless the session holds it. */
  synchronized void withdraw(SessionId id) {
    Entry entry = waiting.get(id);
    if (entry != null && !entry.held) {
      end(entry.query, new Answer.Refused(new Refusal(Code.TIMEOUT, "it was withdrawn")));
    }
  }

  /**
   * Refuses what has waited for too long; called from time to time. What the session holds for too
   * long is refused too, but not let go of.
   */
  synchronized void refuseWhatIsLate() {
    long now = nanos.getAsLong();
    for (Entry entry : List.copyOf(waiting.values())) {
      Duration patience = limits.answer(card, entry.query.rows());
      if (!entry.held && now - entry.arrivedNanos >= patience.toNanos()) {
        end(entry.query, late("nobody took the question up", patience));
      } else if (entry.held && now - entry.heldNanos >= limits.computing(card).toNanos()) {
        entry.query.answer().complete(late("the hospitals did not finish", limits.computing(card)));
      }
    }
  }

  private static Answer late(String what, Duration within) {
    return new Answer.Refused(
        new Refusal(Code.TIMEOUT, what + " within " + within.toMillis() + " ms"));
  }

  /** Remembers that a query has ended, although it may not have come yet. */
  synchronized void forget(SessionId id) {
    ended.add(id);
    if (ended.size() > ENDED_MAX) {
      ended.removeFirst();
    }
  }

  /** Records that are here, whether or not the session holds them. */
  synchronized long waitingRows() {
    return waitingRows;
  }

  synchronized int size() {
    return waiting.size();
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  // ---- the session -----------------------------------------------------------------------------

  /**
   * Waits until a query is due, and holds the oldest ones that are and that fit into one batch.
   *
   * @return offers and their queries in the same order; empty if none came in time
   */
  synchronized List<Offered> next(Duration patience) throws InterruptedException {
    long start = nanos.getAsLong();
    while (true) {
      long now = nanos.getAsLong();
      List<Offered> batch = batch(now);
      long pause = patience.toNanos() - (now - start);
      if (!batch.isEmpty() || pause <= 0) {
        return batch;
      }
      for (Entry entry : waiting.values()) {
        if (!entry.held) {
          pause = Math.min(pause, entry.dueNanos - now);
        }
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(pause, 1_000_000));
    }
  }

  /** A query that the leader holds, and how it announces it. */
  record Offered(Announcement.Offer offer, Query query) {}

  private List<Offered> batch(long now) {
    List<Offered> batch = new ArrayList<>();
    BatchSize size = new BatchSize(card, limits.batches());
    for (Entry entry : waiting.values()) {
      if (!entry.held && entry.dueNanos - now <= 0) {
        if (!size.takes(entry.query.rows())) {
          break; // Later ones do not overtake it.
        }
        batch.add(offered(entry, now));
      }
    }
    return batch;
  }

  private Offered offered(Entry entry, long now) {
    hold(entry, now);
    Duration arrival = limits.arrival(card, entry.query.rows());
    boolean last = now - entry.arrivedNanos >= arrival.toNanos();
    boolean first = entry.offers++ == 0;
    return new Offered(
        new Announcement.Offer(entry.query.id(), entry.query.rows(), first, last), entry.query);
  }

  private static void hold(Entry entry, long now) {
    entry.held = true;
    entry.heldNanos = now;
  }

  /**
   * Holds the queries that the leader announced. Waits a moment for those that it announced for the
   * first time: their parts are probably under way. A client that lets that happen on purpose costs
   * the others a moment for each question, no more.
   */
  synchronized List<Part> find(List<Announcement.Offer> offers) throws InterruptedException {
    long start = nanos.getAsLong();
    long left = limits.batches().grace().toNanos();
    while (left > 0 && offers.stream().anyMatch(offer -> offer.first() && isUnknown(offer))) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = limits.batches().grace().toNanos() - (nanos.getAsLong() - start);
    }
    return offers.stream().map(this::find).toList();
  }

  private boolean isUnknown(Announcement.Offer offer) {
    return !waiting.containsKey(offer.query()) && !ended.contains(offer.query());
  }

  private Part find(Announcement.Offer offer) {
    Entry entry = waiting.get(offer.query());
    if (entry != null) {
      hold(entry, nanos.getAsLong());
      return new Part.Here(entry.query);
    }
    return ended.contains(offer.query()) ? new Part.Ended() : new Part.NotYet();
  }

  /** Lets go of a query that is not complete everywhere; it is due again after a pause. */
  synchronized void setAside(Query query) {
    Entry entry = waiting.get(query.id());
    if (entry != null) {
      entry.held = false;
      entry.dueNanos = nanos.getAsLong() + limits.retry().toNanos();
    }
  }

  /** Ends a query. Its line sends the answer. */
  void end(Query query, Answer answer) {
    computed(query);
    query.answer().complete(answer);
  }

  /** Lets go of a query whose answer is there, though its client may not have it yet. */
  synchronized void computed(Query query) {
    if (waiting.remove(query.id()) != null) {
      waitingRows -= query.rows();
    }
    forget(query.id());
  }

  /**
   * Lets go of a query whose session broke before it was answered here. It is asked once more in
   * another session, under other keys; parties that have answered it will not vote for it again.
   */
  synchronized void letGo(Query query, Refusal refusal) {
    Entry entry = waiting.get(query.id());
    if (entry == null || !entry.held) {
      return;
    }
    entry.held = false;
    entry.failures++;
    if (entry.failures >= FAILURES_MAX) {
      end(query, new Answer.Refused(refusal));
    }
  }

  /** Refuses everything that waits. */
  synchronized void refuseAll(Refusal refusal) {
    for (Entry entry : List.copyOf(waiting.values())) {
      end(entry.query, new Answer.Refused(refusal));
    }
  }
}
