package io.consilium.datasets.split;

import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.ColumnType;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.DataTable;
import io.consilium.datasets.table.InvalidDataException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which of a site's records are for training and which for testing. The choice depends only on the
 * public seed, the site's name, the number of records and, if stratified, their labels; the sizes
 * depend only on the number of records.
 */
public final class Split {
  /** The place of {@code train} among the categories of a column with the role split. */
  private static final int TRAIN_LEVEL = 0;

  private final int[] train;
  private final int[] test;

  private Split(int[] train, int[] test) {
    this.train = train;
    this.test = test;
  }

  /**
   * A split in which both parts have the classes in the same proportions, as nearly as whole
   * records allow: each class gives the floor of its share, and the records left over come from the
   * classes with the largest remainders, the first class first.
   *
   * @param classes the class of each record, from 0
   * @param fraction the part for training, between 0 and 1; floor(fraction x records) records
   */
  public static Split stratified(int[] classes, BigDecimal fraction, long seed, String site) {
    int trainTotal = trainTotal(classes.length, fraction);
    int classCount = Arrays.stream(classes).max().orElse(-1) + 1;
    int[] counts = new int[classCount];
    for (int each : classes) {
      counts[each]++;
    }
    int[] quotas = quotas(counts, trainTotal, classes.length);
    boolean[] chosen = new boolean[classes.length];
    for (int c = 0; c < classCount; c++) {
      int wanted = c;
      int[] members =
          IntStream.range(0, classes.length).filter(i -> classes[i] == wanted).toArray();
      new SeededStream(seed, "split/" + site + "/" + c).shuffle(members);
      for (int i = 0; i < quotas[c]; i++) {
        chosen[members[i]] = true;
      }
    }
    return of(chosen);
  }

  /** A split without regard to labels, of the same sizes. */
  public static Split random(int records, BigDecimal fraction, long seed, String site) {
    int trainTotal = trainTotal(records, fraction);
    int[] order = IntStream.range(0, records).toArray();
    new SeededStream(seed, "split/" + site).shuffle(order);
    boolean[] chosen = new boolean[records];
    for (int i = 0; i < trainTotal; i++) {
      chosen[order[i]] = true;
    }
    return of(chosen);
  }

  /**
   * The split of a table; one whose label is a number has no classes and is split at random.
   *
   * @param stratified whether the classes keep their proportions
   */
  public static Split of(
      DataTable table, BigDecimal fraction, long seed, String site, boolean stratified) {
    return stratified && table.schema().label().type() instanceof ColumnType.Category
        ? stratified(table.levels(table.schema().label()), fraction, seed, site)
        : random(table.rows(), fraction, seed, site);
  }

  /**
   * The split that a column of the schema gives.
   *
   * @param site how errors name the records
   * @throws InvalidDataException if no record is for training
   */
  static Split given(DataTable table, String site) throws InvalidDataException {
    Column column = table.schema().split().orElseThrow();
    int[] parts = table.levels(column);
    boolean[] chosen = new boolean[parts.length];
    for (int i = 0; i < parts.length; i++) {
      chosen[i] = parts[i] == TRAIN_LEVEL;
    }
    Split split = of(chosen);
    if (split.train.length == 0) {
      throw new InvalidDataException(
          "records of " + site,
          DataProblem.column(column.name(), "puts no record into the part 'train'"));
    }
    return split;
  }

  /** How many of so many records are for training. */
  public static int trainTotal(int records, BigDecimal fraction) {
    if (fraction.signum() <= 0 || fraction.compareTo(BigDecimal.ONE) > 0) {
      throw new IllegalArgumentException("the fraction must be above 0 and at most 1");
    }
    // In binary, 0.29 x 100 is a little less than 29 and its floor is 28.
    return fraction
        .multiply(BigDecimal.valueOf(records))
        .setScale(0, RoundingMode.FLOOR)
        .intValueExact();
  }

  /** Positions of the records for training, ascending. A copy. */
  public int[] train() {
    return train.clone();
  }

  /** Positions of the records for testing, ascending. A copy. */
  public int[] test() {
    return test.clone();
  }

  private static int[] quotas(int[] counts, int trainTotal, int records) {
    int[] quotas = new int[counts.length];
    long[] remainders = new long[counts.length];
    int left = trainTotal;
    for (int c = 0; c < counts.length; c++) {
      long share = (long) trainTotal * counts[c];
      quotas[c] = (int) (share / records);
      remainders[c] = share % records;
      left -= quotas[c];
    }
    for (; left > 0; left--) {
      int largest = 0;
      for (int c = 1; c < counts.length; c++) {
        if (remainders[c] > remainders[largest]) {
          largest = c;
        }
      }
      quotas[largest]++;
      remainders[largest] = -1;
    }
    return quotas;
  }

  private static Split of(boolean[] chosen) {
    return new Split(
        IntStream.range(0, chosen.length).filter(i -> chosen[i]).toArray(),
        IntStream.range(0, chosen.length).filter(i -> !chosen[i]).toArray());
  }
}
