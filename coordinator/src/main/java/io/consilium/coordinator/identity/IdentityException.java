package io.consilium.coordinator.identity;

/**
 * An identity directory or a certificate file that cannot be used. The message is a sentence for
 * people: which file, what is wrong, what to do.
 */
public final class IdentityException extends Exception {

  private static final long serialVersionUID = 1L;

  IdentityException(String sentence) {
    super(sentence);
  }

  IdentityException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
