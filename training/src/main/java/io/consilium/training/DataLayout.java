package io.consilium.training;

import io.consilium.training.spec.InvalidSpecException;
import java.util.ArrayList;
import java.util.List;

/**
 * The public dimensions of the data: how many features there are and how many rows each site gives,
 * in the order in which the rows of the sites follow each other. The rows of a site are cut into
 * blocks, so that nobody ever needs all of them in memory.
 *
 * @param mayMiss whether a value may be missing. If none may, that every value is there is public:
 *     no presence is shared, and nothing is replaced by a mean
 * @param trainingRows one number a site
 * @param validationRows one number a site; all 0 if nothing is kept aside
 * @param blockRows rows of every block of a site but its last
 */
public record DataLayout(
    int features,
    boolean mayMiss,
    List<Integer> trainingRows,
    List<Integer> validationRows,
    int blockRows) {
  public static final int FEATURES_MAX = 1 << 14;

  /** Beyond it, sums over all rows could leave the ring. */
  public static final int ROWS_MAX = 1 << 20;

  /** Features of a block: 16 MiB of shares at a compute party. */
  private static final int BLOCK_ELEMENTS = 1 << 20;

  public DataLayout {
    trainingRows = List.copyOf(trainingRows);
    validationRows = List.copyOf(validationRows);
    if (blockRows < 1) {
      throw new IllegalArgumentException("a block has at least one row, not " + blockRows);
    }
  }

  /** With blocks of the usual size. */
  public DataLayout(
      int features, boolean mayMiss, List<Integer> trainingRows, List<Integer> validationRows) {
    this(features, mayMiss, trainingRows, validationRows, blockRows(features));
  }

  /** Values may be missing. */
  public DataLayout(int features, List<Integer> trainingRows, List<Integer> validationRows) {
    this(features, true, trainingRows, validationRows);
  }

  /** Rows of a block of the usual size. */
  public static int blockRows(int features) {
    return Math.max(1, BLOCK_ELEMENTS / Math.max(1, features));
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

  /** The blocks of the training rows, those that are computed together in one list. */
  List<List<DataBlock>> trainingGroups() {
    return groups(trainingRows);
  }

  /** The blocks of the validation rows, those that are computed together in one list. */
  List<List<DataBlock>> validationGroups() {
    return groups(validationRows);
  }

  /** Blocks that follow each other share their rounds as far as they are no more than a block. */
  private List<List<DataBlock>> groups(List<Integer> rowsOfSites) {
    List<List<DataBlock>> groups = new ArrayList<>();
    int inGroup = blockRows;
    for (int site = 0; site < rowsOfSites.size(); site++) {
      for (DataBlock block : DataBlock.of(site, rowsOfSites.get(site), blockRows)) {
        if (inGroup + block.rows() > blockRows) {
          groups.add(new ArrayList<>());
          inGroup = 0;
        }
        groups.getLast().add(block);
        inGroup += block.rows();
      }
    }
    return groups;
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

  private static void requireRows(String part, List<Integer> rowsOfSites, int min)
      throws InvalidSpecException {
    long rows = 0;
    for (int rowsOfSite : rowsOfSites) {
      if (rowsOfSite < 0) {
        throw new IllegalArgumentException("negative number of rows");
      }
      rows += rowsOfSite;
    }
    if (rows < min || rows > ROWS_MAX) {
      throw new InvalidSpecException(
          "data", "%d %s rows; there may be %d to %d".formatted(rows, part, min, ROWS_MAX));
    }
  }
}
