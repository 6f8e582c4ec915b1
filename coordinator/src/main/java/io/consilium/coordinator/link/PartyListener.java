package io.consilium.coordinator.link;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobStatus;
import io.consilium.coordinator.contract.StartDocument;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import java.util.List;
import java.util.Optional;

/**
 * What a party does about the coordinator's messages. Every signature has been verified when these
 * are called, and each event is told once. Called on an actor's thread: implementations hand the
 * work to their own threads and return.
 */
public interface PartyListener {

  /**
   * A researcher asks for a job. Answer with a verdict, now or later.
   *
   * @param submission the order to run it, by the same researcher
   * @param manifest still signed, so that it can be stored with its proof; the signature is the
   *     researcher's
   */
  void proposed(SubmissionDocument submission, SignedDocument manifest, Principal researcher);

  /** Every party accepted; the attempt begins. Report progress, then success or failure. */
  void started(StartDocument start);

  /**
   * The job is over, whatever it was doing: stop working on it, and never begin it again. A
   * researcher may also stop a job that this process has not heard of.
   */
  void cancelled(JobId jobId, String reason, Principal by);

  /**
   * The coordinator said how a job ended; told again as often as it says so.
   *
   * @param outcome empty if it does not know the job
   */
  void settled(JobId jobId, Optional<JobStatus> outcome);

  /**
   * The jobs of which this party holds something until it knows how they ended; at most {@value
   * io.consilium.coordinator.contract.HelloDocument#JOBS_MAX}. The coordinator is asked about them.
   */
  List<JobId> unsettled();
}
