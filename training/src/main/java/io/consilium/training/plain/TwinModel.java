package io.consilium.training.plain;

import io.consilium.training.spec.ModelSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A model in the clear, with its preprocessing. */
public final class TwinModel {
  private final ModelSpec model;
  private final ToDoubleRows scorer;
  private final double[] weights;
  private final double[] losses;

  TwinModel(ModelSpec model, ToDoubleRows scorer, double[] weights, double[] losses) {
    this.model = model;
    this.scorer = scorer;
    this.weights = weights;
    this.losses = losses;
  }

  /** Outputs for rows, with the preparation of the training. */
  @FunctionalInterface
  interface ToDoubleRows {
    double[] scores(PlainPart rows);
  }

  /**
   * Weights of the prepared features row by row (feature by output), then the intercepts; of a
   * network its parameters one behind the other.
   */
  public double[] weights() {
    return weights.clone();
  }

  /** The mean loss on the evaluated rows after each epoch. */
  public double[] losses() {
    return losses.clone();
  }

  /** The outputs [rows, outputs], such as linear predictors, row by row. */
  public double[] scores(PlainPart rows) {
    return scorer.scores(rows);
  }

  /**
   * Predictions as the shared model makes them: the probability of class 1 a row, the probabilities
   * of all classes a row, or a number a row.
   */
  public double[] predict(PlainPart rows) {
    try (INDArray scores =
            Nd4j.createFromArray(scores(rows)).reshape(rows.rows(), model.outputs());
        INDArray predictions = predictions(model, scores)) {
      return predictions.castTo(DataType.DOUBLE).data().asDouble();
    }
  }

  /** [n, outputs] scores to [n, outputs] predictions. */
  static INDArray predictions(ModelSpec model, INDArray scores) {
    return switch (model.target()) {
      case NUMBER -> scores.dup();
      case TWO_CLASSES -> Transforms.sigmoid(scores, true);
      case CLASSES -> Transforms.softmax(scores, true);
    };
  }

  /** The metrics of these rows. */
  public ClearMetrics metrics(PlainPart rows) {
    return ClearMetrics.of(model, scores(rows), rows.labels());
  }

  @Override
  public String toString() {
    return "TwinModel[" + model.type() + "]";
  }
}
