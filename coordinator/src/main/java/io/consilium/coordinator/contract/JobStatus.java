package io.consilium.coordinator.contract;

/** Where a job is in its life. */
public enum JobStatus {
  /** Taken in; not yet proposed to anybody. */
  SUBMITTED,
  /** Proposed; at least one party is not running or has not decided. */
  AWAITING_APPROVAL,
  /** Every party accepted the same plan; another job is running. */
  QUEUED,
  /** Parties connect and share their records. */
  SHARING,
  /** The protocol trains or validates. */
  TRAINING,
  /** The model is stored as shares. */
  SUCCEEDED,
  /** It ended with an error, which the job's reason explains. */
  FAILED,
  /** The researcher stopped it. */
  CANCELLED,
  /** A party did not accept it. */
  REFUSED;

  /** Whether nothing can happen to the job any more. */
  public boolean isFinal() {
    return switch (this) {
      case SUCCEEDED, FAILED, CANCELLED, REFUSED -> true;
      case SUBMITTED, AWAITING_APPROVAL, QUEUED, SHARING, TRAINING -> false;
    };
  }

  /** Whether the parties are at work on the job. */
  public boolean isRunning() {
    return this == SHARING || this == TRAINING;
  }
}
