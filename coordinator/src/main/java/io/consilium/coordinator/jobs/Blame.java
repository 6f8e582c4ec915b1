package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.ReportDocument.Failed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the cause of a failed attempt among what the parties said and what the coordinator saw.
 *
 * <p>When one party fails, the others fail because of it, and some blame a third that only stopped
 * in turn. So: a party that blames itself is believed; then a party that is gone; then the blamed
 * party that has not itself reported a failure; then the first report.
 */
final class Blame {

  private final Map<String, Seat> seats;
  private final Instant at;
  private final Map<String, Failed> failures = new LinkedHashMap<>();

  private Blame(Map<String, Seat> seats, Instant at) {
    this.seats = seats;
    this.at = at;
    seats.forEach((party, seat) -> seat.failed().ifPresent(said -> failures.put(party, said)));
  }

  /** The best explanation; there is at least one failure among the seats. */
  static Ending of(Map<String, Seat> seats, Instant at) {
    Blame blame = new Blame(seats, at);
    return blame
        .confessed()
        .or(blame::gone)
        .or(blame::blamed)
        .or(blame::first)
        .orElseThrow(() -> new IllegalStateException("no party failed"));
  }

  private Optional<Ending> confessed() {
    return failures.entrySet().stream()
        .filter(entry -> entry.getValue().culprit().equals(Optional.of(entry.getKey())))
        .findFirst()
        .map(entry -> ending(entry.getValue().kind(), entry.getKey(), said(entry)));
  }

  private Optional<Ending> gone() {
    return seats.entrySet().stream()
        .filter(entry -> entry.getValue().isGone(at) && entry.getValue().last().isEmpty())
        .map(Map.Entry::getKey)
        .findFirst()
        .map(party ->
            ending(
                FailureKind.PEER_UNAVAILABLE,
                party,
                party
                    + (seats.get(party).restarted()
                        ? " was restarted while the job ran."
                        : " was lost while the job ran: its process or its network ended.")
                    + witness(party)));
  }

  private Optional<Ending> blamed() {
    return failures.values().stream()
        .flatMap(failed -> failed.culprit().stream())
        .filter(party -> !failures.containsKey(party) && seats.containsKey(party))
        .findFirst()
        .map(party ->
            ending(kindOf(party), party, "The fault is with " + party + "." + witness(party)));
  }

  private Optional<Ending> first() {
    return failures.entrySet().stream()
        .findFirst()
        .map(entry -> new Ending(entry.getValue().kind(), said(entry), entry.getValue().culprit()));
  }

  private FailureKind kindOf(String culprit) {
    return failures.values().stream()
        .filter(failed -> failed.culprit().equals(Optional.of(culprit)))
        .map(Failed::kind)
        .findFirst()
        .orElse(FailureKind.PEER_UNAVAILABLE);
  }

  private String witness(String culprit) {
    return failures.entrySet().stream()
        .filter(entry -> entry.getValue().culprit().equals(Optional.of(culprit)))
        .findFirst()
        .map(entry -> " " + said(entry))
        .orElse("");
  }

  private static String said(Map.Entry<String, Failed> entry) {
    return entry.getKey() + ", " + entry.getValue().phase() + ": " + entry.getValue().reason();
  }

  private static Ending ending(FailureKind kind, String culprit, String reason) {
    return new Ending(kind, reason, Optional.of(culprit));
  }
}
