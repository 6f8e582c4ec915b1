package io.consilium.coordinator.contract;

import io.consilium.coordinator.contract.ReportDocument.Metric;
import io.consilium.coordinator.contract.ReportDocument.ModelName;
import io.consilium.coordinator.contract.ReportDocument.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job as people see it.
 *
 * @param waitingFor sentences such as "hospital-b is not running"
 * @param failure why it ended without success
 * @param progress of the first compute party that reports any
 * @param metrics every disclosed value so far
 * @param seconds how long the attempt took, once it succeeded
 * @param remarks what the compute parties say of a training that succeeded
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
    List<Metric> metrics,
    Optional<ModelName> model,
    Optional<Double> seconds,
    List<String> remarks) {

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
