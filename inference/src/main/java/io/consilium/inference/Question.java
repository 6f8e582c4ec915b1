package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.protocols.FixedPoint;
import java.util.Arrays;

/**
 * Records to be asked about, encoded as the model's card says, before they become secret.
 *
 * @param features [rows][columns]; what stands at an absent place is ignored
 * @param present [rows][columns]; false where the record lacks the feature
 */
public record Question(double[][] features, boolean[][] present) {
  public Question {
    if (features.length == 0 || features.length != present.length) {
      throw new IllegalArgumentException(
          features.length + " records and " + present.length + " rows of presence");
    }
  }

  /** Records that lack nothing. */
  public static Question complete(double[][] features) {
    boolean[][] present = new boolean[features.length][];
    for (int i = 0; i < features.length; i++) {
      present[i] = new boolean[features[i].length];
      Arrays.fill(present[i], true);
    }
    return new Question(features, present);
  }

  public int rows() {
    return features.length;
  }

  Question part(int from, int to) {
    return new Question(
        Arrays.copyOfRange(features, from, to), Arrays.copyOfRange(present, from, to));
  }

  void checkShape(int columns) throws PredictionException {
    for (int i = 0; i < rows(); i++) {
      if (features[i].length != columns || present[i].length != columns) {
        throw new PredictionException(
            Kind.BAD_QUESTION,
            "record "
                + (i + 1)
                + " has "
                + features[i].length
                + " features, the model wants "
                + columns);
      }
    }
  }

  long[] featureCodes(FixedPoint format) throws PredictionException {
    int columns = features[0].length;
    long[] codes = new long[rows() * columns];
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns; j++) {
        if (present[i][j]) {
          codes[i * columns + j] = code(format, i, j);
        }
      }
    }
    return codes;
  }

  private long code(FixedPoint format, int row, int column) throws PredictionException {
    try {
      return format.encode(features[row][column]);
    } catch (IllegalArgumentException e) {
      throw new PredictionException(
          Kind.BAD_QUESTION,
          "record " + (row + 1) + ", feature " + (column + 1) + ": not finite or far too large");
    }
  }

  long[] maskCodes() {
    int columns = present[0].length;
    long[] codes = new long[rows() * columns];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = present[i / columns][i % columns] ? 1 : 0;
    }
    return codes;
  }

  @Override
  public String toString() {
    return "Question[" + rows() + " records ***]";
  }
}
