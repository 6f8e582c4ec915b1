package io.consilium.coordinator.contract;

import io.consilium.coordinator.identity.SignedDocument;

/**
 * What a researcher posts to have a manifest run.
 *
 * @param manifest kind {@link Document#MANIFEST_KIND}
 * @param submission a {@link SubmissionDocument} by the same researcher
 */
public record JobRequest(SignedDocument manifest, SignedDocument submission) {}
