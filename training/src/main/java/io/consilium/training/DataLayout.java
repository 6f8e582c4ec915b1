package io.consilium.training;

import io.consilium.protocols.Limits;
import io.consilium.training.spec.InvalidSpecException;
import java.util.List;

/**
 * The public dimensions of the data: how many features there are and how many rows each site gives,
 * in the order in which the rows of the sites follow each other.
 *
 * @param validationRows one number a site; all 0 if nothing is kept aside
 */
public record DataLayout(int features, List<Integer> trainingRows, List<Integer> validationRows) {
  public static final int FEATURES_MAX = 1 << 14;

  /** Beyond it, sums over all rows could leave the ring. */
  public static final int ROWS_MAX = 1 << 20;

  public DataLayout {
    trainingRows = List.copyOf(trainingRows);
    validationRows = List.copyOf(validationRows);
  }

  public int trainingTotal() {
    return trainingRows.stream().mapToInt(Integer::intValue).sum();
  }

  public int validationTotal() {
    return validationRows.stream().mapToInt(Integer::intValue).sum();
  }

  public boolean hasValidation() {
    return validationTotal() > 0;
  }

  /** Rows that the metrics are computed on: the validation rows, or all rows for want of them. */
  public int evaluatedTotal() {
    return hasValidation() ? validationTotal() : trainingTotal();
  }

  void requirePossible() throws InvalidSpecException {
    if (trainingRows.size() != validationRows.size()) {
      throw new IllegalArgumentException("every site needs two numbers of rows");
    }
    if (features < 1 || features > FEATURES_MAX) {
      throw new InvalidSpecException(
          "schema", features + " features; there must be 1 to " + FEATURES_MAX);
    }
    requireRows("training", trainingRows, 2);
    requireRows("validation", validationRows, 0);
  }

  private void requireRows(String part, List<Integer> rowsOfSites, int min)
      throws InvalidSpecException {
    long rows = 0;
    for (int rowsOfSite : rowsOfSites) {
      if (rowsOfSite < 0) {
        throw new IllegalArgumentException("negative number of rows");
      }
      rows += rowsOfSite;
    }
    if (rows < min || rows > ROWS_MAX || rows * (features + 1) > Limits.TENSOR_ELEMENTS_MAX) {
      throw new InvalidSpecException(
          "data",
          "%d %s rows of %d features; there may be %d to %d rows, and %d numbers in all"
              .formatted(rows, part, features, min, ROWS_MAX, Limits.TENSOR_ELEMENTS_MAX));
    }
  }
}
