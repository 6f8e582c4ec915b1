package io.consilium.coordinator.contract;

import java.util.List;

/**
 * A party's word that it is up.
 *
 * @param party the author's name
 * @param incarnation fresh at every start of the party's process
 * @param replyTo the actor that the coordinator may answer, so that the hello cannot be used to
 *     divert the party's messages
 * @param running the jobs that the party is at work on
 * @param unsettled the jobs of which the party holds something until it knows how they ended
 */
public record HelloDocument(
    String party, String incarnation, String replyTo, List<JobId> running, List<JobId> unsettled)
    implements Document {
  /** The most jobs of each kind that a hello names. */
  public static final int JOBS_MAX = 64;

  /** Refuses lists and texts that are too long. */
  public HelloDocument {
    Bounds.name("party", party);
    Bounds.name("incarnation", incarnation);
    Bounds.text("replyTo", replyTo);
    running = List.copyOf(running);
    Bounds.size("running", running, JOBS_MAX);
    unsettled = List.copyOf(unsettled);
    Bounds.size("unsettled", unsettled, JOBS_MAX);
  }
}
