package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.VerdictDocument.Decision;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import java.time.Instant;

/** What can happen to a job. Whoever it comes from has been verified. */
sealed interface JobEvent {

  /** When it happened, by the coordinator's clock. */
  Instant at();

  /** A party is up. */
  record PartyPresent(Instant at, String party, String incarnation) implements JobEvent {}

  /** A party went away, or never was there. */
  record PartyAbsent(Instant at, String party) implements JobEvent {}

  /** A party gave its verdict. */
  record Decided(Instant at, String party, Decision decision) implements JobEvent {}

  /** It is the job's turn. */
  record Began(Instant at, StartDocument start) implements JobEvent {}

  /**
   * A party says how the attempt goes.
   *
   * @param signed the same as it came, with the signature that the researcher wants to see
   */
  record Reported(Instant at, ReportDocument report, SignedDocument signed) implements JobEvent {}

  /** The researcher stops it. */
  record CancelOrdered(Instant at, Principal by, String reason) implements JobEvent {}

  /** The coordinator was restarted. */
  record Restarted(Instant at) implements JobEvent {}

  /** Time passed. */
  record Tick(Instant at) implements JobEvent {}
}
