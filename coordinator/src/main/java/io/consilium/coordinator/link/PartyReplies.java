package io.consilium.coordinator.link;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.VerdictDocument;
import java.util.Optional;

/** What a party says to the coordinator about jobs. May be called from any thread. */
public interface PartyReplies {

  /** Tells the coordinator what this party decided. */
  void decide(JobId id, VerdictDocument.Decision decision);

  /**
   * Whether results of the job could be sealed to its researcher: its submission came with a key
   * that something can be sealed to.
   */
  boolean canSealResults(JobId id);

  /** Tells the coordinator how an attempt goes, without results. */
  default void report(JobId id, int attempt, ReportDocument.Content content) {
    report(id, attempt, content, Optional.empty());
  }

  /**
   * Tells the coordinator how an attempt goes.
   *
   * @param results what was disclosed to the researcher: sealed to the key of the submission, so
   *     that the coordinator relays it and cannot read it. Without such a key it goes nowhere
   */
  void report(JobId id, int attempt, ReportDocument.Content content, Optional<Results> results);
}
