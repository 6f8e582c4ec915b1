package io.consilium.coordinator.link;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;

/**
 * What a party does about the coordinator's messages. Every signature has been verified when these
 * are called, and each event is told once. Called on an actor's thread: implementations hand the
 * work to their own threads and return.
 */
public interface PartyListener {

  /**
   * A researcher asks for a job. Answer with a verdict, now or later.
   *
   * @param manifest still signed, so that it can be stored with its proof; the signature is the
   *     researcher's
   */
  void proposed(JobId jobId, SignedDocument manifest, Principal researcher);

  /** Every party accepted; the attempt begins. Report progress, then success or failure. */
  void started(StartDocument start);

  /** The job is over, whatever it was doing: stop working on it. */
  void cancelled(JobId jobId, String reason, Principal by);
}
