package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;
import io.consilium.coordinator.contract.Results;
import java.util.Optional;

/** An attempt that cannot go on: what this party was doing, why, and who is at fault. */
final class AttemptFailed extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;
  private final String phase;
  private final transient Optional<String> culprit;
  private final transient Optional<Results> results;

  AttemptFailed(
      FailureKind kind, String phase, String reason, Optional<String> culprit, Throwable cause) {
    this(kind, phase, reason, culprit, Optional.empty(), cause);
  }

  private AttemptFailed(
      FailureKind kind,
      String phase,
      String reason,
      Optional<String> culprit,
      Optional<Results> results,
      Throwable cause) {
    super(reason, cause);
    this.kind = kind;
    this.phase = phase;
    this.culprit = culprit;
    this.results = results;
  }

  /**
   * A training whose opened values say that it leads nowhere.
   *
   * @param reason without any opened value: the coordinator reads it
   * @param results what the researcher is told
   */
  static AttemptFailed byResults(String phase, String reason, Results results, Throwable cause) {
    return new AttemptFailed(
        FailureKind.BAD_DATA, phase, reason, Optional.empty(), Optional.of(results), cause);
  }

  /** What the researcher is told besides. */
  Optional<Results> results() {
    return results;
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
