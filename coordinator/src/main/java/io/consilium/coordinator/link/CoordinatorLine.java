package io.consilium.coordinator.link;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import io.consilium.coordinator.contract.VerdictDocument;
import java.util.Optional;

/** What a party says to the coordinator. May be called from any thread and does not block. */
public interface CoordinatorLine {
  /** Tells the coordinator what this party decided; repeated until it has heard. */
  void decide(JobId id, VerdictDocument.Decision decision);

  /**
   * Whether results of the job could be sealed to its researcher: its submission came with a key
   * that something can be sealed to.
   */
  boolean canSealResults(JobId id);

  /** Tells the coordinator how an attempt goes; the last word is repeated until it has heard. */
  default void report(JobId id, int attempt, ReportDocument.Content content) {
    report(id, attempt, content, Optional.empty());
  }

  /**
   * The same, with what was disclosed to the researcher: sealed to the key of the submission, so
   * that the coordinator relays it and cannot read it. Without such a key it goes nowhere.
   */
  void report(JobId id, int attempt, ReportDocument.Content content, Optional<Results> results);
}
