package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;
import io.consilium.coordinator.contract.Results;
import java.util.Optional;

/**
 * An attempt that succeeded.
 *
 * @param report public facts
 * @param results what was opened to the researcher, at a compute party of a training
 */
record Outcome(ReportDocument.Succeeded report, Optional<Results> results) {
  /** Of a party that has computed nothing for the researcher. */
  static Outcome without(ReportDocument.Succeeded report) {
    return new Outcome(report, Optional.empty());
  }
}
