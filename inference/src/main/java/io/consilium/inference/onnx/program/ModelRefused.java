package io.consilium.inference.onnx.program;

/** A model that cannot be imported or run; the message is for people and names the place. */
public final class ModelRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A problem.
   *
   * @param problem what is wrong, where, and what to do about it
   */
  public ModelRefused(String problem) {
    super(problem);
  }

  public ModelRefused(String problem, Throwable cause) {
    super(problem, cause);
  }
}
