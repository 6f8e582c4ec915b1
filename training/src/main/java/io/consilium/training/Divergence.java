package io.consilium.training;

import io.consilium.training.spec.ModelSpec;
import java.util.Locale;

/**
 * Says of losses whether a training diverges: the loss is negative, which none can be, or ten times
 * as large as that of a model that knows nothing and as that of the first epoch. Overfitting does
 * not raise it that far.
 */
final class Divergence {
  /** Approximations and rounding may pull a loss of 0 a little below it. */
  private static final double LOSS_MIN = -0.05;

  private static final double FACTOR = 10;

  /** Mean squared error of the best constant for labels from 0 to 1. */
  private static final double CONSTANT_LOSS_MAX = 0.25;

  private final double knowsNothing;
  private double first = Double.NaN;

  Divergence(ModelSpec model) {
    this.knowsNothing = model.classes() > 0 ? Math.log(model.classes()) : CONSTANT_LOSS_MAX;
  }

  /**
   * Takes the loss of the next epoch.
   *
   * @param epoch from 1
   * @throws TrainingDivergedException if the training diverges
   */
  void require(int epoch, double loss) {
    boolean isFirst = Double.isNaN(first);
    if (loss < LOSS_MIN
        || loss > FACTOR * (isFirst ? knowsNothing : Math.max(first, knowsNothing))) {
      String before =
          isFirst
              ? "where a model that knows nothing has " + number(knowsNothing)
              : "after " + number(first) + " in epoch 1";
      throw new TrainingDivergedException(
          epoch,
          "training diverges: loss of epoch %d is %s %s; lower the learning rate or clip gradients"
              .formatted(epoch, number(loss), before));
    }
    first = isFirst ? loss : first;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) < 1e6 ? "%.3g" : "%.2e", value);
  }
}
