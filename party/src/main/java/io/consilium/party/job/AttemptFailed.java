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

  /**
   * This site's own records do not do.
   *
   * @param self this party's name
   */
  static AttemptFailed ofRecords(RecordsRefused refused, String self) {
    return new AttemptFailed(
        refused.kind(), "reading records", refused.getMessage(), Optional.of(self), refused);
  }

  /**
   * The numbers of records that were shared do not do. They are disclosed to the compute parties
   * and to nobody else, so the reason leaves without them.
   *
   * @param cause its message is for this party's log
   */
  static AttemptFailed ofNumbers(NumbersRefused cause) {
    return new AttemptFailed(
        FailureKind.NOT_ALLOWED,
        "checking inputs",
        "The job cannot run, or may not by this party's policy (minRows), with as many records as"
            + " were shared; this party's log has the details.",
        Optional.empty(),
        cause);
  }

  /** Why numbers of records do not do. */
  static final class NumbersRefused extends Exception {
    private static final long serialVersionUID = 1L;

    NumbersRefused(String message) {
      super(message);
    }
  }

  boolean isAboutNumbers() {
    return getCause() instanceof NumbersRefused;
  }

  /** Whether it counts towards the researcher's failures: records or their numbers decided it. */
  boolean counts() {
    return getCause() instanceof RecordsRefused || isAboutNumbers();
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
