package io.consilium.coordinator.contract;

/** A signed document that is not to be believed, and why, in a sentence. */
public final class DocumentException extends Exception {
  private static final long serialVersionUID = 1L;

  /** One whole sentence. */
  public DocumentException(String message, Throwable cause) {
    super(message, cause);
  }
}
