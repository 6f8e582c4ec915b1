package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.ReportDocument.Content;
import io.consilium.coordinator.contract.ReportDocument.Failed;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.contract.ReportDocument.Succeeded;
import io.consilium.coordinator.contract.VerdictDocument.Accepted;
import io.consilium.coordinator.contract.VerdictDocument.Decision;
import io.consilium.coordinator.identity.SignedDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One party's place in a job.
 *
 * @param decision its verdict so far
 * @param incarnation the process that decided, and that the attempt began with
 * @param missingFrom when its absence becomes a reason to give up; empty while it is up
 * @param restarted whether its process is not the one that the attempt began with
 * @param sequence of its latest report
 * @param progress its latest word while at work
 * @param last its last word
 * @param signed the latest report as it came, for the researcher
 * @param askedAt since when it has been up, in this process, without a decision
 */
record Seat(
    Optional<Decision> decision,
    Optional<String> incarnation,
    Optional<Instant> missingFrom,
    boolean restarted,
    long sequence,
    Optional<Progress> progress,
    Optional<Content> last,
    Optional<SignedDocument> signed,
    Optional<Instant> askedAt) {

  static Seat missingFrom(Instant deadline) {
    return new Seat(
        Optional.empty(),
        Optional.empty(),
        Optional.of(deadline),
        false,
        -1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The party is up. Another process than before has to decide anew, and has as much time for it as
   * the first.
   */
  Seat present(String process, boolean running, Instant at) {
    boolean other = incarnation.filter(known -> !known.equals(process)).isPresent();
    return new Seat(
        other && !running ? Optional.empty() : decision,
        running ? incarnation : Optional.of(process),
        Optional.empty(),
        restarted || (other && running),
        sequence,
        progress,
        last,
        signed,
        other || isMissing() ? Optional.of(at) : askedAt.or(() -> Optional.of(at)));
  }

  Seat absent(Instant deadline) {
    return new Seat(
        decision,
        incarnation,
        missingFrom.or(() -> Optional.of(deadline)),
        restarted,
        sequence,
        progress,
        last,
        signed,
        askedAt);
  }

  Seat decided(Decision verdict) {
    return new Seat(
        Optional.of(verdict),
        incarnation,
        missingFrom,
        restarted,
        sequence,
        progress,
        last,
        signed,
        askedAt);
  }

  /**
   * Takes a report.
   *
   * @param paper the report as it was signed
   */
  Seat reported(long number, Content content, SignedDocument paper) {
    return switch (content) {
      case Progress now -> heard(number, Optional.of(now), last, paper);
      case Succeeded done -> heard(number, progress, Optional.of(done), paper);
      case Failed failed -> heard(number, progress, Optional.of(failed), paper);
    };
  }

  private Seat heard(
      long number, Optional<Progress> now, Optional<Content> end, SignedDocument paper) {
    return new Seat(
        decision,
        incarnation,
        missingFrom,
        restarted,
        number,
        now,
        end,
        Optional.of(paper),
        askedAt);
  }

  boolean isMissing() {
    return missingFrom.isPresent();
  }

  boolean isGone(Instant at) {
    return restarted || missingFrom.filter(deadline -> !at.isBefore(deadline)).isPresent();
  }

  /** Whether it has been up for this long without a decision. */
  boolean isSilent(Duration max, Instant at) {
    return decision.isEmpty()
        && !isMissing()
        && askedAt.filter(since -> at.isAfter(since.plus(max))).isPresent();
  }

  Optional<Accepted> accepted() {
    return decision.filter(Accepted.class::isInstance).map(Accepted.class::cast);
  }

  Optional<Succeeded> succeeded() {
    return last.filter(Succeeded.class::isInstance).map(Succeeded.class::cast);
  }

  Optional<Failed> failed() {
    return last.filter(Failed.class::isInstance).map(Failed.class::cast);
  }
}
