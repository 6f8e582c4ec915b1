package io.consilium.training.spec;

/** A description of model or training that cannot be carried out; the message is for people. */
public final class InvalidSpecException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String path;

  /**
   * A problem at a place.
   *
   * @param path the path of the key, such as {@code training.learningRate}
   * @param problem what is wrong and what to do about it
   */
  public InvalidSpecException(String path, String problem) {
    super(path + ": " + problem);
    this.path = path;
  }

  public String path() {
    return path;
  }
}
