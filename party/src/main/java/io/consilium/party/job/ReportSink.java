package io.consilium.party.job;

import io.consilium.coordinator.contract.ReportDocument;

/** Tells the researcher how an attempt goes. */
@FunctionalInterface
interface ReportSink {
  void report(ReportDocument.Content content);
}
