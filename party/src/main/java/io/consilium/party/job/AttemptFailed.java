package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import java.util.Optional;

/** An attempt that cannot go on: what this party was doing, why, and who is at fault. */
final class AttemptFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;
  private final String phase;
  private final transient Optional<String> culprit;

  AttemptFailed(
      FailureKind kind, String phase, String reason, Optional<String> culprit, Throwable cause) {
    super(reason, cause);
    this.kind = kind;
    this.phase = phase;
    this.culprit = culprit;
  }

  FailureKind kind() {
    return kind;
  }

  String phase() {
    return phase;
  }

  Optional<String> culprit() {
    return culprit;
  }
}
