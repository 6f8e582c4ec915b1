package io.consilium.training.plain;

import io.consilium.training.TrainingPlan;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Mean imputation and standardisation in the clear, with the definitions of the secure program. */
record Standardisation(boolean standardise, double[] means, double[] scales) {

  static Standardisation of(boolean standardise, PlainPart rows) {
    try (INDArray features = matrix(rows, rows.features());
        INDArray presence = matrix(rows, rows.presence());
        INDArray counts = Transforms.max(presence.sum(0), 1);
        INDArray means = features.sum(0).divi(counts)) {
      double[] scales = new double[rows.columns()];
      try (INDArray centred = centred(true, features, presence, means);
          INDArray deviations = Transforms.sqrt(centred.mul(centred).mean(0))) {
        for (int j = 0; j < scales.length; j++) {
          double deviation = deviations.getDouble(j);
          boolean constant = deviation < TrainingPlan.DEVIATION_MIN;
          scales[j] = standardise ? constant ? 0 : 1 / deviation : 1;
        }
      }
      return new Standardisation(standardise, means.data().asDouble(), scales);
    }
  }

  private static INDArray centred(
      boolean standardise, INDArray features, INDArray presence, INDArray means) {
    INDArray subtracted = features.sub(presence.mulRowVector(means));
    return standardise ? subtracted : subtracted.addiRowVector(means);
  }

  /** [n, d + 1]: the prepared features and a column of ones. */
  INDArray preparedWithOnes(PlainPart rows) {
    try (INDArray features = prepared(rows);
        INDArray ones = Nd4j.ones(DataType.DOUBLE, rows.rows(), 1)) {
      return Nd4j.hstack(features, ones);
    }
  }

  /** [n, d]: the prepared features. */
  INDArray prepared(PlainPart rows) {
    try (INDArray features = matrix(rows, rows.features());
        INDArray presence = matrix(rows, rows.presence());
        INDArray meanRow = Nd4j.createFromArray(means);
        INDArray scaleRow = Nd4j.createFromArray(scales)) {
      return centred(standardise, features, presence, meanRow).muliRowVector(scaleRow);
    }
  }

  private static INDArray matrix(PlainPart rows, double[] numbers) {
    return Nd4j.createFromArray(numbers).reshape(rows.rows(), rows.columns());
  }
}
