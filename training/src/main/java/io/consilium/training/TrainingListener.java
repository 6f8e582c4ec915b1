package io.consilium.training;

import io.consilium.protocols.Cost;

/** Told about the progress of a run, in its thread. Everything here is public or released. */
public interface TrainingListener {
  /** Listens to nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * How far the run is.
   *
   * @param epoch the current epoch, from 1 to {@code epochs}
   * @param step steps done so far in the whole run, of {@code steps}
   * @param rows training rows processed so far, repetitions counted
   * @param cost declared cost so far, of {@link TrainingPlan#totalCost}
   */
  record Progress(int epoch, int epochs, long step, long steps, long rows, Cost cost) {}

  /**
   * A value that has been opened under its disclosure.
   *
   * @param epoch the epochs done when it was computed
   * @param numbers a single number, a confusion matrix row by row (true class by predicted class),
   *     or the weights row by row (feature by output) followed by the intercepts; of a network its
   *     parameters one behind the other
   */
  record Released(ReleasedValue value, int epoch, double[] numbers) {}

  /** After the joint preprocessing and after every step. */
  default void progressed(Progress progress) {}

  /** After every opening. */
  default void released(Released released) {}

  /**
   * Asked before every step. A run that is cancelled ends with {@link TrainingCancelledException};
   * the session is then of no further use.
   */
  default boolean cancelled() {
    return false;
  }
}
