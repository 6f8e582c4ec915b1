package io.consilium.party.approval;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The node's side: asks, and looks for an answer. */
public final class ApprovalInbox {

  private final ApprovalFiles files;
  private final Trust trust;
  private final Principal party;

  /**
   * The inbox in a party's state directory.
   *
   * @param party whose signature an answer must carry
   */
  public ApprovalInbox(Path state, Trust trust, Principal party) {
    this.files = new ApprovalFiles(state);
    this.trust = trust;
    this.party = party;
  }

  /**
   * Puts a job before the officer. Asking again, for example after a restart, changes nothing and
   * keeps an answer that was given, if it is about the same plan.
   */
  public void ask(PendingJob job) throws IOException {
    PrivateFiles.createDirectory(files.pending());
    PrivateFiles.createDirectory(files.decisions());
    if (asksAlready(job)) {
      return;
    }
    Files.deleteIfExists(files.decision(job.job()));
    PrivateFiles.replace(files.pending(job.job()), ApprovalFiles.JSON.writeValueAsBytes(job));
  }

  /**
   * The officer's answer, if there is one. To be called every few seconds.
   *
   * @param planDigest the plan that the node would run; an answer about another is refused
   * @throws UserException if there is an answer that must not be believed; the sentence says why
   */
  public Optional<Verdict> poll(String job, String planDigest) throws UserException, IOException {
    Path file = files.decision(job);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      SignedDocument signed = ApprovalFiles.read(file, SignedDocument.class);
      Principal author = trust.verify(signed, ApprovalFiles.KIND);
      Verdict verdict = ApprovalFiles.JSON.readValue(signed.document(), Verdict.class);
      if (!author.equals(party)) {
        throw refused(file, "is signed by " + author + ", not by " + party);
      }
      if (!verdict.job().equals(job) || !verdict.planDigest().equals(planDigest)) {
        throw refused(file, "was given for another job or another plan of it");
      }
      return Optional.of(verdict);
    } catch (UntrustedException e) {
      throw new UserException(ExitCode.NOT_ALLOWED, file + ": " + e.getMessage(), e);
    }
  }

  private boolean asksAlready(PendingJob job) throws IOException {
    try {
      Path file = files.pending(job.job());
      return Files.exists(file)
          && ApprovalFiles.read(file, PendingJob.class).planDigest().equals(job.planDigest());
    } catch (UserException e) {
      return false; // A damaged question is asked afresh, and an answer to it counts for nothing.
    }
  }

  /** Takes a job from the officer's desk, whatever became of it. */
  public void close(String job) throws IOException {
    Files.deleteIfExists(files.pending(job));
    Files.deleteIfExists(files.decision(job));
  }

  private static UserException refused(Path file, String why) {
    return new UserException(ExitCode.NOT_ALLOWED, file + " " + why + ".");
  }
}
