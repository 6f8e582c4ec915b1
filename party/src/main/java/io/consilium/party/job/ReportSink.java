package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import java.util.Optional;

/** Tells the coordinator how an attempt goes, and the researcher what was opened. */
@FunctionalInterface
interface ReportSink {
  /**
   * Tells both.
   *
   * @param content public facts, also for the coordinator
   * @param results for the researcher only; they are sealed on the way
   */
  void report(ReportDocument.Content content, Optional<Results> results);

  /** Public facts alone. */
  default void report(ReportDocument.Content content) {
    report(content, Optional.empty());
  }
}
