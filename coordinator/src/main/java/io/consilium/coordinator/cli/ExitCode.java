package io.consilium.coordinator.cli;

/** What every command of the program exits with. */
public final class ExitCode {
  /** Done. */
  public static final int DONE = 0;

  /** The command line is wrong. */
  public static final int USAGE = 64;

  /** A file or a manifest is wrong. */
  public static final int BAD_DATA = 65;

  /** Another node, or the network, failed. */
  public static final int PEER_UNAVAILABLE = 69;

  /** A fault of the program. */
  public static final int INTERNAL = 70;

  /** Not now. */
  public static final int NOT_READY = 75;

  /** A policy or a missing right forbids it. */
  public static final int NOT_ALLOWED = 77;

  private ExitCode() {}
}
