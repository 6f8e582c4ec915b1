package io.consilium.coordinator.cli;

/** A command ends here, with a sentence for the user and an exit code. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final boolean unanswered;

  /** One or more whole sentences, and a constant of {@link ExitCode}. */
  public CommandException(int exitCode, String message) {
    this(exitCode, message, false);
  }

  private CommandException(int exitCode, String message, boolean unanswered) {
    super(message);
    this.exitCode = exitCode;
    this.unanswered = unanswered;
  }

  /** A request may have been carried out, but its answer did not come. */
  static CommandException unanswered(String message) {
    return new CommandException(ExitCode.PEER_UNAVAILABLE, message, true);
  }

  /** Whether the request may have been carried out all the same. */
  boolean isUnanswered() {
    return unanswered;
  }

  /** What the program exits with. */
  public int exitCode() {
    return exitCode;
  }
}
