package io.consilium.training;

/** The listener asked the run to stop. */
public final class TrainingCancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingCancelledException(long step) {
    super("the training was cancelled after " + step + " steps");
  }
}
