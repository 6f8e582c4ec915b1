package io.consilium.coordinator.contract;

/**
 * What the interface answers in place of what was asked for.
 *
 * @param kind why, in terms of exit codes
 * @param message one or more sentences for a person
 */
public record Problem(FailureKind kind, String message) {}
