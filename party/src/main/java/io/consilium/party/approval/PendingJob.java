package io.consilium.party.approval;

import java.util.List;

/**
 * A job that waits for a person, with what the person should know.
 *
 * @param job the job's id
 * @param planDigest SHA-256 of the compiled plan, hexadecimal: what exactly would be approved
 * @param name the model's name
 * @param researcher who submitted it
 * @param purpose in the researcher's words
 * @param since ISO 8601, UTC
 * @param facts what the job would do and open, one sentence each
 */
public record PendingJob(
    String job,
    String planDigest,
    String name,
    String researcher,
    String purpose,
    String since,
    List<String> facts) {

  /** The most facts about a job. */
  public static final int FACTS_MAX = 256;

  /** Refuses a malformed id and too many facts. */
  public PendingJob {
    ApprovalFiles.requireJob(job);
    facts = List.copyOf(facts);
    if (facts.size() > FACTS_MAX) {
      throw new IllegalArgumentException("at most " + FACTS_MAX + " facts");
    }
  }
}
