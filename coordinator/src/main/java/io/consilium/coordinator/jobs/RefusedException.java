package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.FailureKind;

/** A request that is not granted. The message is for the person who made it. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;

  /** One or more whole sentences. */
  public RefusedException(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  static RefusedException badData(String message) {
    return new RefusedException(FailureKind.BAD_DATA, message);
  }

  static RefusedException notAllowed(String message) {
    return new RefusedException(FailureKind.NOT_ALLOWED, message);
  }

  /** Why, in terms of exit codes. */
  public FailureKind kind() {
    return kind;
  }
}
