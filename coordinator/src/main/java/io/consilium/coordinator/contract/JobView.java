package io.consilium.coordinator.contract;

import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import io.consilium.coordinator.identity.SignedDocument;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job as the coordinator sees it and people read it: its word, but for the signed reports.
 *
 * @param waitingFor sentences such as "hospital-b is not running"
 * @param failure why it ended without success
 * @param progress of the first compute party that reports any
 * @param seconds how long the attempt took, once it succeeded
 * @param reports the latest of each compute party, a signed {@link ReportDocument} each, with the
 *     results sealed in it; for the submitter only, and only of a job that is asked for by its id
 */
public record JobView(
    JobId id,
    String name,
    JobStatus status,
    String researcher,
    Instant submittedAt,
    Instant updatedAt,
    List<String> computeParties,
    List<PartyInJob> parties,
    List<String> waitingFor,
    Optional<Failure> failure,
    Optional<Progress> progress,
    Optional<ModelName> model,
    Optional<Double> seconds,
    List<SignedDocument> reports) {

  /**
   * One party's part in a job.
   *
   * @param verdict {@code none}, {@code accepted}, {@code refused} or {@code pending}
   * @param bytesSent on the data plane, so far
   */
  public record PartyInJob(
      String name, boolean up, String verdict, long bytesSent, int roundsPerStep) {}

  /** Why a job ended without success. */
  public record Failure(FailureKind kind, String reason, Optional<String> culprit) {}

  /** What a command that followed the job to its end exits with. */
  public int exitCode() {
    return failure.map(why -> why.kind().exitCode()).orElse(0);
  }
}
