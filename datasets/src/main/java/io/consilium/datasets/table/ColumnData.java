package io.consilium.datasets.table;

import io.consilium.datasets.image.Pixels;
import java.util.Arrays;

/** The checked values of one column. It has no printable form on purpose. */
sealed interface ColumnData {
  /** The level of a category that is missing. */
  int NO_LEVEL = -1;

  ColumnData select(int[] rows);

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
