package io.consilium.datasets.split;

/**
 * How many of one site's records are in each part.
 *
 * @param training records that the model learns from
 * @param validation records that it is judged on; 0 if it is judged on the training records
 */
public record PartSizes(int training, int validation) {
  /** Records of both. */
  public int total() {
    return training + validation;
  }

  /** Records of the smallest fold, if the training records are divided into so many. */
  public int smallestFold(int folds) {
    return training / folds;
  }
}
