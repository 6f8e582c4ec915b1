package io.consilium.protocols.ring;

import java.util.Arrays;
import java.util.List;

/**
 * Sums of columns at public places: column j of the result is the sum of the columns that group j
 * lists. It gathers, spreads and adds up by the same rule, such as the elements of windows in the
 * rows of an image, and the transpose leads a gradient back.
 *
 * <p>Groups lie one behind the other in {@code indices}; group j begins at {@code starts[j]}. A
 * group may be empty and an index may repeat. The arrays are read only.
 */
public final class ColumnSums {
  private final int columns;
  private final int[] starts;
  private final int[] indices;

  /** Whether every sum is of one column: then starts[j] is j. */
  private final boolean gathers;

  private ColumnSums(int columns, int[] starts, int[] indices) {
    this.columns = columns;
    this.starts = starts;
    this.indices = indices;
    this.gathers = isOneEach(starts);
  }

  private static boolean isOneEach(int[] starts) {
    for (int j = 0; j < starts.length; j++) {
      if (starts[j] != j) {
        return false;
      }
    }
    return true;
  }

  /**
   * Groups of columns.
   *
   * @param columns of the operand
   * @throws IllegalArgumentException if an index is none of them
   */
  public static ColumnSums of(int columns, List<int[]> groups) {
    int[] starts = new int[groups.size() + 1];
    for (int j = 0; j < groups.size(); j++) {
      starts[j + 1] = Math.addExact(starts[j], groups.get(j).length);
    }
    int[] indices = new int[starts[groups.size()]];
    for (int j = 0; j < groups.size(); j++) {
      System.arraycopy(groups.get(j), 0, indices, starts[j], groups.get(j).length);
    }
    return checked(columns, starts, indices);
  }

  /** The columns at these indices, each alone: a gathering. */
  public static ColumnSums at(int columns, int[] indices) {
    int[] starts = new int[indices.length + 1];
    Arrays.setAll(starts, j -> j);
    return checked(columns, starts, indices.clone());
  }

  private static ColumnSums checked(int columns, int[] starts, int[] indices) {
    for (int index : indices) {
      if (index < 0 || index >= columns) {
        throw new IllegalArgumentException("no column " + index + " of " + columns);
      }
    }
    return new ColumnSums(columns, starts, indices);
  }

  /** Columns of the operand. */
  public int columns() {
    return columns;
  }

  /** Columns of the result. */
  public int sums() {
    return starts.length - 1;
  }

  /** The most columns of one sum, at least 1. */
  public int longest() {
    int longest = 1;
    for (int j = 0; j < sums(); j++) {
      longest = Math.max(longest, starts[j + 1] - starts[j]);
    }
    return longest;
  }

  /** What spreads a result over the columns that it is the sum of. */
  public ColumnSums transposed() {
    int[] begins = new int[columns + 1];
    for (int index : indices) {
      begins[index + 1]++;
    }
    for (int i = 0; i < columns; i++) {
      begins[i + 1] += begins[i];
    }
    int[] next = begins.clone();
    int[] sums = new int[indices.length];
    for (int j = 0; j < sums(); j++) {
      for (int t = starts[j]; t < starts[j + 1]; t++) {
        sums[next[indices[t]]++] = j;
      }
    }
    return new ColumnSums(sums(), begins, sums);
  }

  /**
   * The sums in every row.
   *
   * @param parts matrices that lie side by side: each [rows, its share of the columns]
   * @param z [rows, sums], of which every element is written
   */
  public void apply(List<long[]> parts, int rows, long[] z) {
    long[] row = new long[columns];
    int sums = sums();
    for (int r = 0; r < rows; r++) {
      int at = 0;
      for (long[] part : parts) {
        int width = part.length / rows;
        System.arraycopy(part, r * width, row, at, width);
        at += width;
      }
      if (gathers) {
        gather(row, z, r * sums);
      } else {
        sum(row, z, r * sums);
      }
    }
  }

  private void gather(long[] row, long[] z, int at) {
    for (int j = 0; j < indices.length; j++) {
      z[at + j] = row[indices[j]];
    }
  }

  private void sum(long[] row, long[] z, int at) {
    int t = 0;
    for (int j = 1; j < starts.length; j++) {
      long sum = 0;
      for (; t < starts[j]; t++) {
        sum += row[indices[t]];
      }
      z[at + j - 1] = sum;
    }
  }
}
