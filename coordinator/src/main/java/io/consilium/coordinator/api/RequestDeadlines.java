package io.consilium.coordinator.api;

import io.consilium.coordinator.network.ConnectionTable;
import io.consilium.coordinator.network.ConnectionTable.Entry;
import java.time.Duration;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The time that one connection has: for the head of a request once its first byte is there, and
 * from the head to the answer. So nobody holds a connection by sending a byte now and then.
 */
final class RequestDeadlines {

  /** For the head of a request, from its first byte. */
  static final Duration HEAD_MAX = Duration.ofSeconds(5);

  /** From the head of a request to its answer; longer than what the steps between may take. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  private enum State {
    IDLE,
    READING,
    ANSWERING
  }

  private final ActorSystem<?> system;
  private final ConnectionTable table;
  private final Entry entry;
  private final Runnable abort;
  private State state = State.IDLE;
  private Cancellable timer = Cancellable.alreadyCancelled();

  RequestDeadlines(ActorSystem<?> system, ConnectionTable table, Entry entry, Runnable abort) {
    this.system = system;
    this.table = table;
    this.entry = entry;
    this.abort = abort;
  }

  /** Bytes of a request arrived. */
  synchronized void received() {
    if (state == State.IDLE) {
      go(State.READING);
      start(HEAD_MAX);
    }
  }

  /** The head of a request is complete. */
  synchronized void requested() {
    go(State.ANSWERING);
    start(ANSWER_MAX);
  }

  /** The answer is on its way. */
  synchronized void answered() {
    timer.cancel();
    go(State.IDLE);
  }

  /** The connection has ended. */
  synchronized void ended() {
    timer.cancel();
  }

  private void go(State next) {
    state = next;
    table.idle(entry, next == State.IDLE);
  }

  private void start(Duration max) {
    timer.cancel();
    timer = system.scheduler().scheduleOnce(max, abort, system.executionContext());
  }
}
