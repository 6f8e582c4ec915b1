package io.consilium.party;

/**
 * Something a person can put right. The message is one or two sentences: what is wrong, where, and
 * what to do. It is shown as it is, without a stack trace.
 */
public final class UserException extends Exception {

  private static final long serialVersionUID = 1L;

  private final ExitCode exit;

  /** A mistake of this kind, in a sentence. */
  public UserException(ExitCode exit, String sentence) {
    super(sentence);
    this.exit = exit;
  }

  /** A mistake of this kind, in a sentence, with the failure that shows it. */
  public UserException(ExitCode exit, String sentence, Throwable cause) {
    super(sentence, cause);
    this.exit = exit;
  }

  /** What the command exits with. */
  public ExitCode exit() {
    return exit;
  }
}
