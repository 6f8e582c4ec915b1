package io.consilium.datasets.table;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.schema.ColumnType;
import java.util.Arrays;

/** The checked values of one column. It has no printable form on purpose. */
sealed interface ColumnData {
  /** The level of a category that is missing. */
  int NO_LEVEL = -1;

  ColumnData select(int[] rows);

  /**
   * The column as a study sees it.
   *
   * @param own the type that it was read by
   * @param study the type in the study's schema, which the site's declaration admits
   */
  default Fitted fit(ColumnType own, ColumnType study) {
    return new Fitted(this, 0);
  }

  /**
   * A column as a study sees it.
   *
   * @param clamped numbers that were outside of the study's range
   */
  record Fitted(ColumnData data, int clamped) {}

  /** Numbers in original units; NaN where missing. */
  final class Numbers implements ColumnData {
    final double[] values;

    Numbers(double[] values) {
      this.values = values;
    }

    @Override
    public ColumnData select(int[] rows) {
      return new Numbers(Arrays.stream(rows).mapToDouble(row -> values[row]).toArray());
    }

    @Override
    public Fitted fit(ColumnType own, ColumnType study) {
      if (!(study instanceof ColumnType.Numeric range)) {
        throw new IllegalArgumentException("the declaration admits numbers only");
      }
      double[] fitted = new double[values.length];
      int clamped = 0;
      for (int row = 0; row < values.length; row++) {
        // NaN stands for a missing value and stays one.
        fitted[row] = Math.min(Math.max(values[row], range.min()), range.max());
        clamped += fitted[row] < values[row] || fitted[row] > values[row] ? 1 : 0;
      }
      return new Fitted(new Numbers(fitted), clamped);
    }
  }

  /** Positions in the schema's list of categories. */
  final class Levels implements ColumnData {
    final int[] values;

    Levels(int[] values) {
      this.values = values;
    }

    @Override
    public ColumnData select(int[] rows) {
      return new Levels(Arrays.stream(rows).map(row -> values[row]).toArray());
    }

    @Override
    public Fitted fit(ColumnType own, ColumnType study) {
      if (!(own instanceof ColumnType.Category from)
          || !(study instanceof ColumnType.Category to)) {
        throw new IllegalArgumentException("the declaration admits categories only");
      }
      int[] levels = from.categories().stream().mapToInt(to.categories()::indexOf).toArray();
      return new Fitted(
          new Levels(
              Arrays.stream(values)
                  .map(level -> level == NO_LEVEL ? level : levels[level])
                  .toArray()),
          0);
    }
  }

  /** Pictures, none missing. A selection holds the same pictures, not copies of them. */
  final class Images implements ColumnData {
    final Pixels[] values;

    Images(Pixels[] values) {
      this.values = values;
    }

    @Override
    public ColumnData select(int[] rows) {
      return new Images(Arrays.stream(rows).mapToObj(row -> values[row]).toArray(Pixels[]::new));
    }
  }

  /** Texts; empty where missing. */
  final class Texts implements ColumnData {
    final String[] values;

    Texts(String[] values) {
      this.values = values;
    }

    @Override
    public ColumnData select(int[] rows) {
      return new Texts(Arrays.stream(rows).mapToObj(row -> values[row]).toArray(String[]::new));
    }
  }
}
