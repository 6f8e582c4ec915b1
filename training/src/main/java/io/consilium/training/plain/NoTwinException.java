package io.consilium.training.plain;

/** A layer that the plaintext twin does not have. The message is for people. */
public final class NoTwinException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  NoTwinException(String message) {
    super(message);
  }
}
