package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.Document;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.JobRequest;
import io.consilium.coordinator.contract.JobView;
import io.consilium.coordinator.contract.SubmissionDocument;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.jobs.Papers;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Submits one job and finds out whether it was taken. The coordinator takes the same manifest under
 * the same id for the same job, so a request that was not answered is simply made again.
 */
public final class Submission {

  /** How long an answer that does not come is asked for again. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final JobId id;
  private final JobRequest request;

  private Submission(JobId id, JobRequest request) {
    this.id = id;
    this.request = request;
  }

  /** Signs a manifest whose job discloses nothing to its author. */
  public static Submission of(Identity author, JobId id, byte[] manifest, Clock clock) {
    return of(author, id, manifest, clock, Optional.empty());
  }

  /**
   * Signs a manifest and the order to run it under this id.
   *
   * @param resultsKey what is disclosed to the author is sealed to it, hexadecimal
   */
  public static Submission of(
      Identity author, JobId id, byte[] manifest, Clock clock, Optional<String> resultsKey) {
    SignedDocument signed = author.sign(Document.MANIFEST_KIND, manifest);
    SubmissionDocument order =
        new SubmissionDocument(id, Papers.sha256(signed), clock.instant(), resultsKey);
    return new Submission(id, new JobRequest(signed, Document.sign(author, order)));
  }

  /**
   * Submits the job.
   *
   * @param progress told the id before anything is sent, and of repetitions
   * @param howToFindOut the command that says later whether the job is there
   * @throws CommandException with exit code {@link ExitCode#NOT_READY} if it is not known, even
   *     after a minute, whether the coordinator has the job
   */
  public JobView send(ApiClient api, PrintStream progress, Clock clock, String howToFindOut)
      throws CommandException {
    progress.println("job " + id + ": submitting");
    Instant end = clock.instant().plus(PATIENCE);
    boolean mayBeThere = false;
    while (true) {
      try {
        return api.submit(request);
      } catch (CommandException e) {
        boolean away = e.exitCode() == ExitCode.PEER_UNAVAILABLE;
        if (!e.isUnanswered() && !(mayBeThere && away)) {
          throw e;
        }
        if (!mayBeThere) {
          progress.println(e.getMessage() + " Asking again for a minute.");
        }
        mayBeThere = true;
        if (clock.instant().isAfter(end)) {
          throw new CommandException(ExitCode.NOT_READY, unknown(api, howToFindOut));
        }
        pause();
      }
    }
  }

  private static void pause() throws CommandException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.NOT_READY, "Interrupted.");
    }
  }

  private String unknown(ApiClient api, String howToFindOut) {
    return "The coordinator at "
        + api.address()
        + " does not answer, so it is not known whether it has job "
        + id
        + ". Find out when it answers again: "
        + howToFindOut;
  }
}
