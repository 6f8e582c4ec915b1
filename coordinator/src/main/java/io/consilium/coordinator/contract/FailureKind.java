package io.consilium.coordinator.contract;

/** Why something ended without success, in the terms of the program's exit codes. */
public enum FailureKind {
  /** The manifest or a party's data is wrong. */
  BAD_DATA(65),
  /** A party or the network failed. */
  PEER_UNAVAILABLE(69),
  /** A fault of the program. */
  INTERNAL(70),
  /** Not now: a party is not running, or the job was cancelled. */
  NOT_READY(75),
  /** A policy or a missing right forbids it. */
  NOT_ALLOWED(77);

  private final int exitCode;

  FailureKind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** What a command that followed the job exits with. */
  public int exitCode() {
    return exitCode;
  }
}
