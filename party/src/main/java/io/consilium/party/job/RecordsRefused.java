package io.consilium.party.job;

import io.consilium.coordinator.contract.FailureKind;

/**
 * This site's records cannot be used for a job. What exactly is wrong stands in this site's log,
 * under the reference. This exception carries nothing else, so nothing else can leave the site.
 */
final class RecordsRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final Why why;

  /** What may be said of it: the same sentence for every record and every file. */
  enum Why {
    /** A file or a record is not as declared, or there are too few. */
    UNUSABLE(
        FailureKind.BAD_DATA,
        "This site's data cannot be used for this job. The site's administrator finds the reason"
            + " with 'consilium party check' and in the log, under the reference"),
    /** The limit of repeated jobs. */
    RELEASED(
        FailureKind.NOT_ALLOWED,
        "This site's limit of jobs on nearly the same records (maxReleases, maxSplits) is reached."
            + " A job that divides the records as earlier ones did may be allowed; ask the site,"
            + " with the reference");

    private final FailureKind kind;
    private final String sentence;

    Why(FailureKind kind, String sentence) {
      this.kind = kind;
      this.sentence = sentence;
    }
  }

  RecordsRefused(Why why, Reference reference) {
    super(why.sentence + " " + reference + ".");
    this.why = why;
  }

  FailureKind kind() {
    return why.kind;
  }
}
