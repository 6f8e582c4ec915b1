package io.consilium.party.approval;

/**
 * What the person decided.
 *
 * @param job the job's id
 * @param planDigest the plan that was looked at
 * @param approved yes or no
 * @param reason why not, or a remark
 * @param time ISO 8601, UTC
 */
public record Verdict(String job, String planDigest, boolean approved, String reason, String time) {

  /** The longest reason. */
  public static final int REASON_LENGTH_MAX = 1000;

  /** Refuses a malformed id and a reason that is too long. */
  public Verdict {
    ApprovalFiles.requireJob(job);
    if (reason.length() > REASON_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "a reason has at most " + REASON_LENGTH_MAX + " characters");
    }
  }
}
