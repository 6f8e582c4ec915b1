package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.FailureKind;
import java.util.Optional;

/**
 * Why a job ended without success.
 *
 * @param reason one or more sentences for the researcher
 * @param culprit the party at fault, if one is
 */
record Ending(FailureKind kind, String reason, Optional<String> culprit) {}
