package io.consilium.party.approval;

import io.consilium.coordinator.identity.Identity;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The officer's side: sees what waits, and answers with the party's signature. */
public final class ApprovalDesk {

  /** The most waiting jobs that are listed. */
  public static final int LISTED_MAX = 1000;

  private final ApprovalFiles files;
  private final Clock clock;

  /** The desk in a party's state directory. */
  public ApprovalDesk(Path state, Clock clock) {
    this.files = new ApprovalFiles(state);
    this.clock = clock;
  }

  /** Every job that waits, the oldest first. */
  public List<PendingJob> waiting() throws UserException, IOException {
    if (!Files.isDirectory(files.pending())) {
      return List.of();
    }
    List<Path> found;
    try (Stream<Path> listing = Files.list(files.pending())) {
      found =
          listing
              .filter(file -> file.getFileName().toString().matches("[0-9a-f]{12}\\.json"))
              .limit(LISTED_MAX)
              .toList();
    }
    List<PendingJob> jobs = new ArrayList<>();
    for (Path file : found) {
      PendingJob job = ApprovalFiles.read(file, PendingJob.class);
      if (!Files.exists(files.decision(job.job()))) {
        jobs.add(job);
      }
    }
    jobs.sort(Comparator.comparing(PendingJob::since).thenComparing(PendingJob::job));
    return jobs;
  }

  /** What waits under this id. */
  public PendingJob find(String job) throws UserException, IOException {
    if (!ApprovalFiles.isJob(job)) {
      throw new UserException(ExitCode.USAGE, "A job's id is 12 hexadecimal digits.");
    }
    if (!Files.exists(files.pending(job))) {
      throw new UserException(
          ExitCode.BAD_DATA,
          "No job " + job + " waits for approval here. \"consilium party pending\" lists them.");
    }
    return ApprovalFiles.read(files.pending(job), PendingJob.class);
  }

  /** Answers, once, with this party's signature over the job and the plan. */
  public void answer(PendingJob job, boolean approved, String reason, Identity identity)
      throws UserException, IOException {
    if (reason.length() > Verdict.REASON_LENGTH_MAX) {
      throw new UserException(
          ExitCode.USAGE, "A reason has at most " + Verdict.REASON_LENGTH_MAX + " characters.");
    }
    Path file = files.decision(job.job());
    if (Files.exists(file)) {
      throw new UserException(
          ExitCode.NOT_ALLOWED, "Job " + job.job() + " is already answered; the node takes it up.");
    }
    Verdict verdict =
        new Verdict(
            job.job(),
            job.planDigest(),
            approved,
            reason,
            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    byte[] document = ApprovalFiles.JSON.writeValueAsBytes(verdict);
    PrivateFiles.createDirectory(files.decisions());
    PrivateFiles.create(
        file, ApprovalFiles.JSON.writeValueAsBytes(identity.sign(ApprovalFiles.KIND, document)));
  }
}
