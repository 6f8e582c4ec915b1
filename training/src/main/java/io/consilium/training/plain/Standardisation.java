package io.consilium.training.plain;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean imputation and standardisation in the clear and in double precision. It knows nothing of how
 * the parties compute them, nor how finely values are shared: whatever that costs shows.
 *
 * @param scales one over the standard deviation; 0 where all values that are there are equal
 */
record Standardisation(boolean standardise, double[] means, double[] scales) {

  static Standardisation of(boolean standardise, PlainPart rows) {
    double[] means = new double[rows.columns()];
    double[] scales = new double[rows.columns()];
    for (int j = 0; j < scales.length; j++) {
      double[] present = present(rows, j);
      means[j] = DoubleStream.of(present).average().orElse(0);
      scales[j] = standardise ? scale(present, means[j], rows.rows()) : 1;
    }
    return new Standardisation(standardise, means, scales);
  }

  private static double[] present(PlainPart rows, int column) {
    return IntStream.range(0, rows.rows())
        .map(i -> i * rows.columns() + column)
        .filter(i -> rows.presence()[i] != 0)
        .mapToDouble(i -> rows.features()[i])
        .toArray();
  }

  /** Missing values are the mean, and add nothing to the squares. */
  private static double scale(double[] present, double mean, int rows) {
    if (DoubleStream.of(present).distinct().count() < 2) {
      return 0;
    }
    double squares = DoubleStream.of(present).map(x -> (x - mean) * (x - mean)).sum();
    return 1 / Math.sqrt(squares / rows);
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
