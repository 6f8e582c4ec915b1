package io.consilium.inference;

import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.transport.SessionId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The queries for one model that wait at one party, oldest first. Connections put them here and
 * wait for an answer; the session of the three takes them up. Either way a query ends once.
 *
 * <p>A query that the session holds is not given up by its connection, since the other parties
 * count on it.
 */
final class QueryDesk {
  /** Ended queries that are remembered, so that a part that comes late is refused at once. */
  private static final int ENDED_MAX = 4_096;

  /** Sessions that may break over one query. */
  private static final int FAILURES_MAX = 2;

  private static final class Entry {
    final Query query;
    final long arrivedNanos;
    long dueNanos;
    boolean held;
    int failures;

    Entry(Query query, long nowNanos) {
      this.query = query;
      this.arrivedNanos = nowNanos;
      this.dueNanos = nowNanos;
    }
  }

  /** What the session finds here. */
  sealed interface Part {
    /**
     * A query, now held by the session.
     *
     * @param last whether it has waited long enough for the parts at other parties
     */
    record Here(Query query, boolean last) implements Part {}

    record NotYet() implements Part {}

    /** Ended here already, or refused before it was put here. */
    record Ended() implements Part {}
  }

  private final ServingLimits limits;
  private final LongSupplier nanos;
  private final Map<SessionId, Entry> waiting = new LinkedHashMap<>();
  private final LinkedHashSet<SessionId> ended = new LinkedHashSet<>();

  /**
   * A desk.
   *
   * @param nanos a clock that nobody sets
   */
  QueryDesk(ServingLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
  }

  /** Takes a query in, or says why not. */
  synchronized Optional<Refusal> put(Query query) {
    if (waiting.containsKey(query.id()) || ended.contains(query.id())) {
      return Optional.of(
          new Refusal(
              Code.BAD_QUESTION,
              "this question was asked before, or came too late: ask it as a new one"));
    }
    waiting.put(query.id(), new Entry(query, nanos.getAsLong()));
    notifyAll();
    return Optional.empty();
  }

  /** Waits for the answer to a query, for a bounded time. */
  Answer await(Query query) throws InterruptedException {
    try {
      return query.answer().get(limits.answer().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (giveUp(
          query, "nobody took the question up within " + limits.answer().toMillis() + " ms")) {
        return query.answer().join();
      }
      return awaitHeld(query);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never an exception", e);
    }
  }

  private Answer awaitHeld(Query query) throws InterruptedException {
    try {
      return query.answer().get(limits.computing().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Answer.Refused(
          new Refusal(
              Code.TIMEOUT,
              "the hospitals did not finish within " + limits.computing().toMillis() + " ms"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("an answer is never an exception", e);
    }
  }

  private synchronized boolean giveUp(Query query, String sentence) {
    Entry entry = waiting.get(query.id());
    if (entry != null && entry.held) {
      return false;
    }
    end(query, new Answer.Refused(new Refusal(Code.TIMEOUT, sentence)));
    return true;
  }

  /** Waits for the oldest query that is due and holds it; empty if none came in time. */
  synchronized Optional<Part.Here> next(Duration patience) throws InterruptedException {
    long start = nanos.getAsLong();
    while (true) {
      long now = nanos.getAsLong();
      long pause = patience.toNanos() - (now - start);
      for (Entry entry : waiting.values()) {
        if (!entry.held && entry.dueNanos - now <= 0) {
          return Optional.of(hold(entry, now));
        }
        if (!entry.held) {
          pause = Math.min(pause, entry.dueNanos - now);
        }
      }
      if (pause <= 0) {
        return Optional.empty();
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(pause, 1_000_000));
    }
  }

  private Part.Here hold(Entry entry, long now) {
    entry.held = true;
    return new Part.Here(entry.query, now - entry.arrivedNanos >= limits.part().toNanos());
  }

  /** Holds the query that the leader announced. */
  synchronized Part find(SessionId id) {
    Entry entry = waiting.get(id);
    if (entry != null) {
      return hold(entry, nanos.getAsLong());
    }
    return ended.contains(id) ? new Part.Ended() : new Part.NotYet();
  }

  /** Lets go of a query that is not complete everywhere; it is due again after a pause. */
  synchronized void setAside(Query query) {
    Entry entry = waiting.get(query.id());
    if (entry != null) {
      entry.held = false;
      entry.dueNanos = nanos.getAsLong() + limits.retry().toNanos();
    }
  }

  /** Ends a query. Its connection sends the answer. */
  synchronized void end(Query query, Answer answer) {
    waiting.remove(query.id());
    forget(query.id());
    query.answer().complete(answer);
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

  /** Remembers that a query has ended, although it may not have come yet. */
  synchronized void forget(SessionId id) {
    ended.add(id);
    if (ended.size() > ENDED_MAX) {
      ended.removeFirst();
    }
  }

  /** Refuses everything that waits. */
  synchronized void refuseAll(Refusal refusal) {
    for (Entry entry : List.copyOf(waiting.values())) {
      end(entry.query, new Answer.Refused(refusal));
    }
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }
}
