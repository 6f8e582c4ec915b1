package io.consilium.training;

import io.consilium.protocols.Cost;
import java.util.Optional;

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
   * @param numbers a single number, which is {@link Double#NaN} if the rows leave the metric
   *     without a value; a confusion matrix row by row (true class by predicted class), or the
   *     weights row by row (feature by output) followed by the intercepts; of a network its
   *     parameters one behind the other
   */
  record Released(ReleasedValue value, int epoch, double[] numbers) {}

  /**
   * How a training with early stopping ended.
   *
   * @param epoch the last epoch
   * @param epochs as many as there could have been
   * @param kept the epoch whose model is kept
   * @param watched the metric that was watched
   * @param value the metric of the model that is kept; it has been opened
   * @param why it stopped before its last epoch, if it did; may name opened values
   */
  record Ended(
      int epoch, int epochs, int kept, ReleasedValue watched, double value, Optional<String> why) {
    /**
     * A sentence about it.
     *
     * @param withValues whether the reader may learn opened values
     */
    public String sentence(boolean withValues) {
      String stopped =
          why.map(reason ->
                  "stopped after epoch %d of %d%s"
                      .formatted(epoch, epochs, withValues ? ": " + reason : ""))
              .orElse("went through all %d epochs".formatted(epochs));
      return "%s; the model is that of epoch %d".formatted(stopped, kept);
    }
  }

  /**
   * Before each training of a cross-validation and before the one of the model itself. Progress and
   * released values belong to the training that began last.
   *
   * @param fold from 1 on; 0 for the model itself
   * @param folds of the cross-validation, 0 if there is none
   */
  default void began(int fold, int folds) {}

  /** After the last epoch of a training with early stopping. */
  default void ended(Ended ended) {}

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
