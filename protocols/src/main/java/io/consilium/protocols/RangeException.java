package io.consilium.protocols;

/** A program whose declared value ranges do not fit what it does. Found when it is planned. */
public final class RangeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public RangeException(String message) {
    super(message);
  }
}
