package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;

/** Tells the researcher how an attempt goes. */
@FunctionalInterface
interface Progress {
  void report(ReportDocument.Content content);
}
