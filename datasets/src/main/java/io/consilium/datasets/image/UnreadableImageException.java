package io.consilium.datasets.image;

/** A file that holds no picture of a kind that is understood; says why in half a sentence. */
public final class UnreadableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableImageException(String reason) {
    super(reason);
  }
}
