package io.consilium.party.job;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.party.plan.Plan;
import java.time.Instant;

/**
 * A job that this party has looked at.
 *
 * @param manifest as its researcher signed it, to be looked at again if this site's rules change
 */
record Proposal(
    SubmissionDocument submission, SignedDocument manifest, Principal researcher, Plan plan) {
  JobId id() {
    return submission.jobId();
  }

  /** From when on it is not begun any more. */
  Instant expiresAt() {
    return submission.expiresAt();
  }
}
