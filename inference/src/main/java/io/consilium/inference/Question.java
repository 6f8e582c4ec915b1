package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
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

  /** The codes of the features; a value is refused by its place, never shown. */
  long[] featureCodes(ModelCard.Features wanted) throws PredictionException {
    int columns = wanted.columns();
    long[] codes = new long[rows() * columns];
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns; j++) {
        if (present[i][j]) {
          checkMagnitude(wanted, i, j);
          codes[i * columns + j] = wanted.format().encode(features[i][j]);
        }
      }
    }
    return codes;
  }

  private void checkMagnitude(ModelCard.Features wanted, int row, int column)
      throws PredictionException {
    if (!(Math.abs(features[row][column]) <= wanted.magnitudeMax())) {
      throw new PredictionException(
          Kind.BAD_QUESTION,
          "record %d, feature %d: not a number within +-%s, as the model wants it"
              .formatted(row + 1, column + 1, wanted.magnitudeMax()));
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
