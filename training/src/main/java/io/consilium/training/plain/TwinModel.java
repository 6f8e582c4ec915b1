package io.consilium.training.plain;

import io.consilium.training.spec.ModelSpec;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A model in the clear, with its preprocessing. */
public final class TwinModel {
  private final ModelSpec model;
  private final Standardisation standardisation;
  private final double[] weights;
  private final double[] losses;

  TwinModel(ModelSpec model, Standardisation standardisation, double[] weights, double[] losses) {
    this.model = model;
    this.standardisation = standardisation;
    this.weights = weights;
    this.losses = losses;
  }

  /** Weights of the prepared features row by row (feature by output), then the intercepts. */
  public double[] weights() {
    return weights.clone();
  }

  /** The mean loss on the evaluated rows after each epoch. */
  public double[] losses() {
    return losses.clone();
  }

  /** Features, outputs: the linear predictors [rows, outputs], row by row. */
  public double[] scores(PlainPart rows) {
    try (INDArray prepared = standardisation.prepared(rows);
        INDArray scores = prepared.mmul(matrix())) {
      return scores.data().asDouble();
    }
  }

  private INDArray matrix() {
    int outputs = model.outputs();
    return Nd4j.createFromArray(weights).reshape(weights.length / outputs, outputs);
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

  /** [n, outputs] linear predictors to [n, outputs] predictions. */
  static INDArray predictions(ModelSpec model, INDArray scores) {
    return switch (model) {
      case ModelSpec.Linear _ -> scores.dup();
      case ModelSpec.Logistic _ -> Transforms.sigmoid(scores, true);
      case ModelSpec.Softmax _ -> Transforms.softmax(scores, true);
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
