package io.consilium.party.dataplane;

import io.consilium.coordinator.contract.JobId;
import io.consilium.protocols.transport.SessionId;

/**
 * One attempt at a job, and everything that what is shared in it is bound to.
 *
 * @param session that the shares belong to
 * @param manifestDigest SHA-256 of the manifest as its author signed it, hexadecimal
 * @param planDigest SHA-256 of the plan that every party accepted, hexadecimal
 */
public record AttemptId(
    JobId job, int number, SessionId session, String manifestDigest, String planDigest) {
  /**
   * The start of the id of every tensor that somebody shares in this attempt: shares of another
   * plan have other ids, and so other digests and other pads.
   */
  public String tensorPrefix(String holder) {
    return session + "/" + planDigest + "/" + holder + "/";
  }

  @Override
  public String toString() {
    return job + "/" + number;
  }
}
