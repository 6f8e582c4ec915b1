package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.JobView.Failure;
import io.consilium.coordinator.contract.JobView.PartyInJob;
import io.consilium.coordinator.contract.ModelView;
import io.consilium.coordinator.contract.ReportDocument.Metric;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Decision;
import io.consilium.coordinator.contract.VerdictDocument.Pending;
import io.consilium.coordinator.contract.VerdictDocument.Refused;
import io.consilium.coordinator.identity.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What people see of jobs. */
final class Views {

  private Views() {}

  static JobView of(Job job, Predicate<String> isUp) {
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
        metrics(job),
        seats(job).flatMap(seat -> seat.succeeded().stream()).findFirst().map(Succeeded::model),
        job.status() == JobStatus.SUCCEEDED
            ? seats(job)
                .flatMap(seat -> seat.succeeded().stream())
                .map(Succeeded::seconds)
                .max(Double::compare)
            : Optional.empty(),
        seats(job)
            .flatMap(seat -> seat.succeeded().stream())
            .flatMap(done -> done.remarks().stream())
            .distinct()
            .toList());
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
                metrics(job),
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

  private static List<Metric> metrics(Job job) {
    Map<List<Object>, Metric> known = new LinkedHashMap<>();
    seats(job)
        .flatMap(seat ->
            seat
                .succeeded()
                .map(Succeeded::metrics)
                .or(() -> seat.progress().map(Progress::metrics))
                .orElse(List.of())
                .stream())
        .forEach(metric -> known.putIfAbsent(List.of(metric.name(), metric.epoch()), metric));
    return List.copyOf(known.values());
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
