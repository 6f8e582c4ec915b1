package io.consilium.inference;

import io.consilium.protocols.transport.SessionId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The queries of one line that are under way at a party, and the answers that wait to be sent on
 * it. A query keeps its seat until its answer is on its way, so a client that does not read gets no
 * further seats. Once the line has ended, seats are free as soon as their queries end.
 */
final class Outbox {
  /**
   * An answer for the line.
   *
   * @param seated whether the query had a seat
   */
  record Ended(SessionId query, Answer answer, boolean seated) {}

  private final Map<SessionId, Runnable> seats = new HashMap<>();
  private final ArrayDeque<Ended> answers = new ArrayDeque<>();
  private boolean closed;

  /**
   * Notes a query whose seat was taken.
   *
   * @param leaveSeat is run once
   * @return false if the line has such a query already; then the seat is not taken over
   */
  synchronized boolean open(SessionId query, Runnable leaveSeat) {
    return seats.putIfAbsent(query, leaveSeat) == null;
  }

  synchronized boolean isOpen(SessionId query) {
    return seats.containsKey(query);
  }

  /** A query of this line has ended; called by whoever ended it. */
  void ended(SessionId query, Answer answer) {
    Optional<Runnable> free = Optional.empty();
    synchronized (this) {
      if (closed) {
        free = Optional.ofNullable(seats.remove(query));
      } else {
        answers.add(new Ended(query, answer, true));
      }
    }
    free.ifPresent(Runnable::run);
  }

  /** A query was refused before it had a seat. */
  synchronized void refused(SessionId query, Refusal refusal) {
    if (!closed) {
      answers.add(new Ended(query, new Answer.Refused(refusal), false));
    }
  }

  /** The next answer to send, if there is one. */
  synchronized Optional<Ended> next() {
    return Optional.ofNullable(answers.poll());
  }

  /** An answer was sent. */
  void sent(Ended ended) {
    Optional<Runnable> free;
    synchronized (this) {
      free = ended.seated() ? Optional.ofNullable(seats.remove(ended.query())) : Optional.empty();
    }
    free.ifPresent(Runnable::run);
  }

  synchronized boolean isEmpty() {
    return seats.isEmpty() && answers.isEmpty();
  }

  /**
   * Ends the line: what has been answered is dropped.
   *
   * @return the queries that are still under way
   */
  List<SessionId> close() {
    List<Runnable> free;
    List<SessionId> open;
    synchronized (this) {
      closed = true;
      free =
          answers.stream()
              .filter(Ended::seated)
              .map(ended -> seats.remove(ended.query()))
              .filter(seat -> seat != null)
              .toList();
      answers.clear();
      open = List.copyOf(seats.keySet());
    }
    free.forEach(Runnable::run);
    return open;
  }
}
