package io.consilium.protocols.rep3;

/** What a data holder sent is not an input. The message is a sentence without any value. */
public final class InputRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InputRefused(String message) {
    super(message);
  }

  InputRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
