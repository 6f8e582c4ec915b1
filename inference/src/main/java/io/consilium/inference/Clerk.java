package io.consilium.inference;

import io.consilium.inference.QueryAudit.Fact;
import io.consilium.inference.Refusal.Code;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Writes down what became of queries, and gives their answers away afterwards. Whatever has come
 * together while it wrote is written at once, so the disk's latency is paid once for many queries,
 * and the session computes the next batch meanwhile.
 *
 * <p>What waits is bounded: a session that is faster than the disk has to wait for it, and refusals
 * of the same kind become one line with a number.
 */
final class Clerk implements AutoCloseable {
  private static final int WAITING_MAX = 4_096;

  /** Different refusals that wait; beyond it the rest of a client is put into its last line. */
  private static final int REFUSALS_MAX = 1_024;

  /** A query and this party's share of its answer. */
  record Computed(Query query, ModelCard card, long[] share) {
    @Override
    public String toString() {
      return "Computed[" + query + "]";
    }
  }

  private record Complaint(String client, String model, String reason) {}

  private final QueryAudit audit;
  private final Consumer<String> notices;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread thread;
  private List<Computed> computed = new ArrayList<>();
  private Map<Complaint, Fact.Refused> refusals = new LinkedHashMap<>();
  private boolean closed;

  Clerk(QueryAudit audit, Consumer<String> notices) {
    this.audit = audit;
    this.notices = notices;
    this.thread = Thread.ofPlatform().daemon().name("serving-clerk").start(this::work);
  }

  /** Takes answers; waits if too many wait already. */
  void answered(List<Computed> batch) {
    lock.lock();
    try {
      while (computed.size() >= WAITING_MAX) {
        changed.awaitUninterruptibly();
      }
      computed.addAll(batch);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of a refusal; never waits. */
  void refused(String client, String model, String queryId, int rows, String reason) {
    lock.lock();
    try {
      Complaint complaint = new Complaint(client, model, reason);
      if (refusals.size() >= REFUSALS_MAX && !refusals.containsKey(complaint)) {
        complaint = new Complaint("*", "*", "refusals of many kinds");
      }
      Fact.Refused one =
          new Fact.Refused(
              complaint.client(), complaint.model(), queryId, rows, complaint.reason(), 1);
      refusals.merge(complaint, one, Clerk::together);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static Fact.Refused together(Fact.Refused before, Fact.Refused next) {
    return new Fact.Refused(
        next.client(),
        next.model(),
        next.queryId(),
        before.rows() + next.rows(),
        next.reason(),
        before.times() + next.times());
  }

  private void work() {
    while (true) {
      List<Computed> answers;
      List<Fact> facts = new ArrayList<>();
      lock.lock();
      try {
        while (computed.isEmpty() && refusals.isEmpty() && !closed) {
          changed.awaitUninterruptibly();
        }
        if (computed.isEmpty() && refusals.isEmpty()) {
          return;
        }
        answers = computed;
        computed = new ArrayList<>();
        facts.addAll(refusals.values());
        refusals = new LinkedHashMap<>();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      write(answers, facts);
    }
  }

  private void write(List<Computed> answers, List<Fact> facts) {
    for (Computed one : answers) {
      Query query = one.query();
      facts.add(new Fact.Answered(query.client(), one.card(), query.id().toString(), query.rows()));
    }
    try {
      audit.write(facts);
    } catch (RuntimeException e) {
      notices.accept("questions are refused: " + e.getMessage());
      Refusal refusal =
          new Refusal(
              Code.UNAVAILABLE,
              "this hospital cannot write down what it answers; its disk may be full");
      answers.forEach(one -> one.query().answer().complete(new Answer.Refused(refusal)));
      return;
    }
    for (Computed one : answers) {
      one.query().answer().complete(new Answer.Share(one.share()));
    }
  }

  /** Writes what waits and ends. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
