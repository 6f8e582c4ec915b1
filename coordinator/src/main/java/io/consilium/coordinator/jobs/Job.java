package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Phase;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Pending;
import io.consilium.coordinator.contract.VerdictDocument.Refused;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A job and its life cycle: immutable, and without time, network or disk of its own.
 *
 * @param researcher who submitted it
 * @param updatedAt when it last changed
 * @param start the attempt under way or done
 * @param failingSince when the first sign of a failed attempt was seen
 * @param ending why it ended without success
 * @param seats one per party, in the manifest's order
 * @param officerAsked whether an officer had to decide: from then on, whoever is away is waited for
 *     as long as for the officer, so that no approval is lost
 */
record Job(
    JobId id,
    Envelope envelope,
    Principal researcher,
    Instant submittedAt,
    Instant updatedAt,
    JobStatus status,
    Optional<StartDocument> start,
    Optional<Instant> failingSince,
    Optional<Ending> ending,
    Map<String, Seat> seats,
    Optional<Boolean> officerAsked) {

  Job {
    seats = Collections.unmodifiableMap(new LinkedHashMap<>(seats));
  }

  /** A job that was just submitted, none of its parties known to be up. */
  static Job submitted(
      JobId id, Envelope envelope, Principal researcher, Instant at, Patience patience) {
    Map<String, Seat> seats = new LinkedHashMap<>();
    for (String party : envelope.parties()) {
      seats.put(party, Seat.missingFrom(at.plus(patience.absentMax())));
    }
    return new Job(
        id,
        envelope,
        researcher,
        at,
        at,
        JobStatus.SUBMITTED,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        seats,
        Optional.empty());
  }

  /** The job after an event. The same object if nothing changed. */
  Job next(JobEvent event, Patience patience) {
    if (status.isFinal()) {
      return this;
    }
    Instant at = event.at();
    Job changed =
        switch (event) {
          case JobEvent.PartyPresent up ->
              seat(up.party(), seat -> seat.present(up.incarnation(), status.isRunning(), at));
          case JobEvent.PartyAbsent down -> absent(down.party(), at, patience);
          case JobEvent.Decided decided -> decided(decided);
          case JobEvent.Began began -> began(began);
          case JobEvent.Reported reported -> reported(reported.report(), reported.signed());
          case JobEvent.CancelOrdered order -> cancelled(order);
          case JobEvent.Restarted restarted -> restarted(at, patience);
          case JobEvent.Tick tick -> this;
        };
    Job judged = changed.status.isFinal() ? changed : changed.judged(at, patience);
    return judged.equals(this) ? this : judged.touched(at);
  }

  /** Parties that have not accepted, each with what it is waited for. */
  Map<String, String> waitingFor() {
    Map<String, String> waiting = new LinkedHashMap<>();
    if (status == JobStatus.SUBMITTED
        || status == JobStatus.AWAITING_APPROVAL
        || status == JobStatus.QUEUED) {
      seats.forEach((party, seat) -> {
        if (seat.isMissing()) {
          waiting.put(party, "is not running");
        } else if (seat.decision().isEmpty()) {
          waiting.put(party, "is checking the plan");
        } else if (seat.decision().get() instanceof Pending pending) {
          waiting.put(party, "has to decide: " + pending.reason());
        }
      });
    }
    return waiting;
  }

  /** Whether it could begin at once. */
  boolean isReady() {
    return status == JobStatus.QUEUED && seats.values().stream().noneMatch(Seat::isMissing);
  }

  /** The plan that every party accepted. */
  Optional<String> planDigest() {
    return seats.values().stream().findFirst().flatMap(Seat::accepted).map(Accepted::planDigest);
  }

  private Job absent(String party, Instant at, Patience patience) {
    Duration wait =
        switch (status) {
          case SUBMITTED, AWAITING_APPROVAL -> patience.absentMax();
          case QUEUED -> patience.queuedMax();
          case SHARING, TRAINING, SUCCEEDED, FAILED, CANCELLED, REFUSED -> patience.lossGrace();
        };
    return seat(party, seat -> seat.absent(at.plus(wait)));
  }

  private Job decided(JobEvent.Decided decided) {
    return status.isRunning()
        ? this // Too late to change its mind; a party that wants to stop reports a failure.
        : seat(decided.party(), seat -> seat.decided(decided.decision()))
            .asked(decided.decision() instanceof Pending);
  }

  private Job asked(boolean officer) {
    return officer && !isOfficerAsked()
        ? new Job(
            id,
            envelope,
            researcher,
            submittedAt,
            updatedAt,
            status,
            start,
            failingSince,
            ending,
            seats,
            Optional.of(true))
        : this;
  }

  private boolean isOfficerAsked() {
    return officerAsked.orElse(false);
  }

  private Job began(JobEvent.Began began) {
    if (!isReady()) {
      throw new IllegalStateException("job " + id + " is not ready");
    }
    return with(JobStatus.SHARING, Optional.of(began.start()), Optional.empty(), seats);
  }

  private Job reported(ReportDocument report, SignedDocument signed) {
    Seat seat = seats.get(report.party());
    if (!status.isRunning()
        || seat == null
        || seat.last().isPresent()
        || report.sequence() <= seat.sequence()
        || start.filter(begun -> begun.attempt() == report.attempt()).isEmpty()) {
      return this;
    }
    Job heard =
        seat(report.party(), old -> old.reported(report.sequence(), report.content(), signed));
    boolean training =
        report.content() instanceof Progress progress && progress.phase() != Phase.SHARING;
    return training ? heard.with(JobStatus.TRAINING, start, failingSince, heard.seats) : heard;
  }

  private Job cancelled(JobEvent.CancelOrdered order) {
    return ended(
        JobStatus.CANCELLED,
        new Ending(
            FailureKind.NOT_READY,
            "Cancelled by " + order.by().name() + ". " + order.reason(),
            Optional.empty()));
  }

  private Job restarted(Instant at, Patience patience) {
    Duration wait = status.isRunning() ? patience.adoption() : patience.queuedMax();
    Map<String, Seat> unseen = new LinkedHashMap<>();
    seats.forEach((party, seat) -> unseen.put(party, seat.absent(at.plus(wait))));
    return with(status, start, failingSince, unseen);
  }

  private Job judged(Instant at, Patience patience) {
    return switch (status) {
      case SUBMITTED, AWAITING_APPROVAL, QUEUED -> judgedBefore(at, patience);
      case SHARING, TRAINING -> judgedDuring(at, patience);
      case SUCCEEDED, FAILED, CANCELLED, REFUSED -> this;
    };
  }

  private Job judgedBefore(Instant at, Patience patience) {
    List<String> refusals = refusals();
    if (!refusals.isEmpty()) {
      return ended(
          JobStatus.REFUSED,
          new Ending(refusalKind(), String.join(" ", refusals), Optional.empty()));
    }
    Optional<Ending> late = late(at, patience);
    if (late.isPresent()) {
      return ended(JobStatus.FAILED, late.get());
    }
    if (seats.values().stream().anyMatch(seat -> seat.accepted().isEmpty())) {
      return with(JobStatus.AWAITING_APPROVAL, start, failingSince, seats);
    }
    Map<String, List<String>> plans = plans();
    return plans.size() == 1
        ? with(JobStatus.QUEUED, start, failingSince, seats)
        : ended(JobStatus.FAILED, unequal(plans));
  }

  private List<String> refusals() {
    return seats.entrySet().stream()
        .filter(entry -> entry.getValue().decision().orElse(null) instanceof Refused)
        .map(entry ->
            entry.getKey()
                + " refused: "
                + ((Refused) entry.getValue().decision().orElseThrow()).reason())
        .toList();
  }

  private FailureKind refusalKind() {
    return seats.values().stream()
        .flatMap(seat -> seat.decision().stream())
        .filter(Refused.class::isInstance)
        .map(decision -> ((Refused) decision).kind())
        .findFirst()
        .orElse(FailureKind.NOT_ALLOWED);
  }

  private Optional<Ending> late(Instant at, Patience patience) {
    List<String> gone = partiesWhere(seat -> seat.isGone(at));
    if (!gone.isEmpty() && !isOfficerAsked()) {
      return Optional.of(
          new Ending(
              FailureKind.NOT_READY,
              String.join(", ", gone)
                  + (gone.size() == 1 ? " is" : " are")
                  + " not running, or cannot reach the coordinator. Start it with"
                  + " \"consilium party run\" and submit the job again.",
              Optional.of(gone.getFirst())));
    }
    List<String> silent = partiesWhere(seat -> seat.isSilent(patience.silentMax(), at));
    if (!silent.isEmpty()) {
      return Optional.of(
          new Ending(
              FailureKind.PEER_UNAVAILABLE,
              String.join(", ", silent)
                  + " did not answer the proposal within "
                  + patience.silentMax().toMinutes()
                  + " minutes. Its log says why.",
              Optional.of(silent.getFirst())));
    }
    List<String> pending =
        partiesWhere(seat -> seat.accepted().isEmpty() || (isOfficerAsked() && seat.isGone(at)));
    return !pending.isEmpty() && at.isAfter(submittedAt.plus(patience.pendingMax()))
        ? Optional.of(
            new Ending(
                FailureKind.NOT_READY,
                String.join(", ", pending)
                    + " did not decide within "
                    + patience.pendingMax().toDays()
                    + " days, or was away at their end.",
                Optional.of(pending.getFirst())))
        : Optional.empty();
  }

  private Map<String, List<String>> plans() {
    return seats.entrySet().stream()
        .collect(
            Collectors.groupingBy(
                entry -> entry.getValue().accepted().orElseThrow().planDigest(),
                LinkedHashMap::new,
                Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
  }

  private static Ending unequal(Map<String, List<String>> plans) {
    String groups =
        plans.entrySet().stream()
            .map(entry ->
                String.join(", ", entry.getValue()) + " (" + entry.getKey().substring(0, 8) + ")")
            .collect(Collectors.joining("; "));
    return new Ending(
        FailureKind.BAD_DATA,
        "The parties compiled different plans from the same manifest: "
            + groups
            + ". They probably run different versions of the program; update them and submit"
            + " again.",
        Optional.empty());
  }

  private Job judgedDuring(Instant at, Patience patience) {
    if (seats.values().stream().allMatch(seat -> seat.succeeded().isPresent())) {
      return succeeded();
    }
    boolean failing =
        seats.values().stream()
            .anyMatch(
                seat -> seat.failed().isPresent() || (seat.last().isEmpty() && seat.isGone(at)));
    if (!failing) {
      return this;
    }
    Instant since = failingSince.orElse(at);
    boolean allHeard =
        seats.values().stream().allMatch(seat -> seat.last().isPresent() || seat.isGone(at));
    return allHeard || !at.isBefore(since.plus(patience.reportSettle()))
        ? ended(JobStatus.FAILED, Blame.of(seats, at))
        : with(status, start, Optional.of(since), seats);
  }

  private Job succeeded() {
    List<ModelName> names =
        envelope.computeParties().stream()
            .map(party -> seats.get(party).succeeded().orElseThrow().model())
            .distinct()
            .toList();
    return names.size() == 1
        ? with(JobStatus.SUCCEEDED, start, failingSince, seats)
        : ended(
            JobStatus.FAILED,
            new Ending(
                FailureKind.INTERNAL,
                "The compute parties stored the model under different names or versions.",
                Optional.empty()));
  }

  private List<String> partiesWhere(Predicate<Seat> condition) {
    return seats.entrySet().stream()
        .filter(entry -> condition.test(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private Job seat(String party, UnaryOperator<Seat> change) {
    if (!seats.containsKey(party)) {
      return this;
    }
    Map<String, Seat> changed = new LinkedHashMap<>(seats);
    changed.computeIfPresent(party, (name, seat) -> change.apply(seat));
    return with(status, start, failingSince, changed);
  }

  private Job ended(JobStatus last, Ending why) {
    return new Job(
        id,
        envelope,
        researcher,
        submittedAt,
        updatedAt,
        last,
        start,
        failingSince,
        Optional.of(why),
        seats,
        officerAsked);
  }

  private Job with(
      JobStatus now,
      Optional<StartDocument> begun,
      Optional<Instant> failing,
      Map<String, Seat> changed) {
    return new Job(
        id,
        envelope,
        researcher,
        submittedAt,
        updatedAt,
        now,
        begun,
        failing,
        ending,
        changed,
        officerAsked);
  }

  private Job touched(Instant at) {
    return new Job(
        id,
        envelope,
        researcher,
        submittedAt,
        at,
        status,
        start,
        failingSince,
        ending,
        seats,
        officerAsked);
  }
}
