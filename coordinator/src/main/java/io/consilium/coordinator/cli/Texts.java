package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.JobView.PartyInJob;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How jobs, numbers and times read. */
final class Texts {

  private Texts() {}

  static String bytes(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }

  static String duration(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3_600
        ? String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d:%02d h", seconds / 3_600, seconds / 60 % 60);
  }

  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.4f", value);
  }

  /** "a, b and c". */
  static String listed(List<String> names) {
    return names.size() < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
  }

  /** What the job waits for, or is at. */
  static String state(JobView job) {
    return switch (job.status()) {
      case SUBMITTED, AWAITING_APPROVAL ->
          job.waitingFor().isEmpty()
              ? "waiting for the parties"
              : "waiting: " + String.join("; ", job.waitingFor());
      case QUEUED ->
          job.waitingFor().isEmpty()
              ? "queued behind another job"
              : "queued: " + String.join("; ", job.waitingFor());
      case SHARING -> "sharing records";
      case TRAINING -> job.progress().map(Texts::phase).orElse("training");
      case SUCCEEDED -> "done";
      case FAILED, CANCELLED, REFUSED -> job.failure().map(JobView.Failure::reason).orElse("over");
    };
  }

  private static String phase(Progress progress) {
    return switch (progress.phase()) {
      case SHARING -> "sharing records";
      case TRAINING ->
          "epoch "
              + progress.epoch()
              + " of "
              + progress.epochs()
              + (progress.fold() > 0
                  ? " of fold " + progress.fold() + " of " + progress.folds()
                  : "")
              + (progress.fold() == 0 && progress.folds() > 0 ? " of the model" : "");
      case VALIDATING -> "validating";
    };
  }

  /**
   * One line on the training so far.
   *
   * @param results what all parties say so far
   */
  static String progress(
      JobView job, Progress progress, Results results, Optional<Duration> remaining) {
    List<String> parts = new ArrayList<>();
    parts.add(phase(progress));
    Optional<Integer> fold = progress.fold() > 0 ? Optional.of(progress.fold()) : Optional.empty();
    ResultsText.latest(results, "loss", fold).ifPresent(parts::add);
    if (progress.recordsPerSecond() > 0) {
      parts.add(String.format(Locale.ROOT, "%,.0f records/s", progress.recordsPerSecond()));
    }
    long sent = job.parties().stream().mapToLong(PartyInJob::bytesSent).max().orElse(0);
    if (sent > 0) {
      parts.add(bytes(sent) + " sent per party");
    }
    if (progress.roundsPerStep() > 0) {
      parts.add(progress.roundsPerStep() + " rounds/step");
    }
    remaining.ifPresent(left -> parts.add(duration(left) + " left"));
    return String.join(", ", parts);
  }

  /** Everything about a job, for {@code jobs show} and the end of {@code train}. */
  static String details(JobView job, CheckedResults checked) {
    List<String> lines = new ArrayList<>();
    lines.add("job " + job.id() + " (" + job.name() + "): " + job.status());
    lines.add("  submitted by " + job.researcher() + " at " + job.submittedAt());
    if (!job.status().isFinal()) {
      lines.add("  " + Table.printable(state(job)));
      job.progress()
          .ifPresent(
              now -> lines.add("  " + progress(job, now, checked.results(), Optional.empty())));
    }
    job.failure().ifPresent(why -> lines.add("  " + Table.printable(why.reason())));
    job.model()
        .ifPresent(model ->
            lines.add(
                "  model "
                    + model.name()
                    + " version "
                    + model.version()
                    + ", kept as shares at "
                    + String.join(", ", job.computeParties())));
    job.seconds()
        .ifPresent(seconds -> lines.add(String.format(Locale.ROOT, "  took %.1f s", seconds)));
    lines.add("");
    Table parties = new Table("PARTY", "UP", "VERDICT", "SENT", "ROUNDS/STEP");
    for (PartyInJob party : job.parties()) {
      parties.row(
          party.name(),
          party.up() ? "yes" : "no",
          party.verdict(),
          bytes(party.bytesSent()),
          party.roundsPerStep() == 0 ? "-" : party.roundsPerStep());
    }
    lines.add(parties.toString());
    String results = ResultsText.of(checked);
    if (!results.isEmpty()) {
      lines.add("");
      lines.add(results);
    }
    return String.join(System.lineSeparator(), lines);
  }
}
