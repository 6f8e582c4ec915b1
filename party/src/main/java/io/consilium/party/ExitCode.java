package io.consilium.party;

/** What a command tells the shell; the meanings are those of {@code sysexits.h}. */
public enum ExitCode {
  /** Done. */
  OK(0),
  /** The command line is wrong. */
  USAGE(64),
  /** A file or the data in it is wrong. */
  BAD_DATA(65),
  /** Another node does not answer. */
  UNAVAILABLE(69),
  /** A fault of the program. */
  INTERNAL(70),
  /** Not now; try again later. */
  NOT_READY(75),
  /** A policy, a certificate or a missing right forbids it. */
  NOT_ALLOWED(77);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }
}
