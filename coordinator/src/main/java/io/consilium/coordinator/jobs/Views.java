package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.JobView.Failure;
import io.consilium.coordinator.contract.JobView.PartyInJob;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Decision;
import io.consilium.coordinator.contract.VerdictDocument.Pending;
import io.consilium.coordinator.contract.VerdictDocument.Refused;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.SignedDocument;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What people see of jobs. */
final class Views {

  private Views() {}

  /** As it stands in a list. */
  static JobView of(Job job, Predicate<String> isUp) {
    return of(job, isUp, List.of());
  }

  /** With everything that is for its submitter, if that is who looks. */
  static JobView of(Job job, Predicate<String> isUp, Principal viewer) {
    return of(
        job,
        isUp,
        job.researcher().equals(viewer)
            ? job.envelope().computeParties().stream()
                .flatMap(party -> job.seats().get(party).signed().stream())
                .toList()
            : List.of());
  }

  private static JobView of(Job job, Predicate<String> isUp, List<SignedDocument> reports) {
    return new JobView(
        job.id(),
        job.envelope().name(),
        job.status(),
        submitter(job),
        job.submittedAt(),
        job.updatedAt(),
        job.envelope().computeParties(),
        job.seats().entrySet().stream()
            .map(entry -> party(entry.getKey(), entry.getValue(), isUp))
            .toList(),
        job.waitingFor().entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .toList(),
        job.ending().map(why -> new Failure(why.kind(), why.reason(), why.culprit())),
        seats(job).flatMap(seat -> seat.progress().stream()).findFirst(),
        seats(job).flatMap(seat -> seat.succeeded().stream()).findFirst().map(Succeeded::model),
        job.status() == JobStatus.SUCCEEDED
            ? seats(job)
                .flatMap(seat -> seat.succeeded().stream())
                .map(Succeeded::seconds)
                .max(Double::compare)
            : Optional.empty(),
        reports);
  }

  /** A researcher's name; a party is called by its role too, since names are unique within one. */
  private static String submitter(Job job) {
    return job.researcher().role() == Role.RESEARCHER
        ? job.researcher().name()
        : job.researcher().toString();
  }

  static Optional<ModelView> model(Job job) {
    if (job.status() != JobStatus.SUCCEEDED) {
      return Optional.empty();
    }
    return seats(job)
        .flatMap(seat -> seat.succeeded().stream())
        .findFirst()
        .map(done ->
            new ModelView(
                done.model().name(),
                done.model().version(),
                job.id(),
                submitter(job),
                job.envelope().parties(),
                job.envelope().computeParties(),
                job.updatedAt()));
  }

  /** Compute parties first: they see the protocol's progress. */
  private static Stream<Seat> seats(Job job) {
    return Stream.concat(
        job.envelope().computeParties().stream().map(job.seats()::get),
        job.seats().entrySet().stream()
            .filter(entry -> !job.envelope().computeParties().contains(entry.getKey()))
            .map(Map.Entry::getValue));
  }

  private static PartyInJob party(String name, Seat seat, Predicate<String> isUp) {
    return new PartyInJob(
        name,
        isUp.test(name),
        seat.decision().map(Views::word).orElse("none"),
        seat.succeeded()
            .map(Succeeded::bytesSent)
            .or(() -> seat.progress().map(Progress::bytesSent))
            .orElse(0L),
        seat.succeeded()
            .map(Succeeded::roundsPerStep)
            .or(() -> seat.progress().map(Progress::roundsPerStep))
            .orElse(0));
  }

  private static String word(Decision decision) {
    return switch (decision) {
      case Accepted accepted -> "accepted";
      case Refused refused -> "refused";
      case Pending pending -> "pending";
    };
  }
}
