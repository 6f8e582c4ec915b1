package io.consilium.coordinator.jobs;

import io.consilium.coordinator.identity.SignedDocument;
import java.util.Optional;

/**
 * What is stored of a job: where it stands, and the signed papers that prove who wanted it.
 *
 * @param manifest by the researcher
 * @param submission by the researcher
 * @param start by the coordinator, once the job began
 * @param cancel by the researcher or the coordinator, once it was stopped
 */
record JobFile(
    Job job,
    SignedDocument manifest,
    SignedDocument submission,
    Optional<SignedDocument> start,
    Optional<SignedDocument> cancel) {

  JobFile with(Job changed) {
    return new JobFile(changed, manifest, submission, start, cancel);
  }

  JobFile withStart(SignedDocument signed) {
    return new JobFile(job, manifest, submission, Optional.of(signed), cancel);
  }

  JobFile withCancel(SignedDocument signed) {
    return new JobFile(job, manifest, submission, start, Optional.of(signed));
  }
}
