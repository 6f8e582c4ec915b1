package io.consilium.coordinator.cli;

/** A command ends here, with a sentence for the user and an exit code. */
public final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  /** One or more whole sentences, and a constant of {@link ExitCode}. */
  public CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What the program exits with. */
  public int exitCode() {
    return exitCode;
  }
}
