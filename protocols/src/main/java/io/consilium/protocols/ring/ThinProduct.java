package io.consilium.protocols.ring;

import io.consilium.protocols.ring.RingMatrix.View;
import java.util.Arrays;

/**
 * Products with a result of a few columns or a few rows: one pass over the wide factor for each, as
 * packing it would cost more than the arithmetic.
 */
final class ThinProduct {
  /** With more columns than this the blocked product is faster. */
  private static final int COLUMNS_MAX = 16;

  /** The same where the columns are sums of rows, a slower loop than the inner product. */
  private static final int COLUMNS_OF_SUMS_MAX = 4;

  /** Elements of a block of columns: five of them fit the first-level cache. */
  private static final int BLOCK = Workspace.ROW_WORDS;

  private static final int ROWS_AT_ONCE = 4;

  private ThinProduct() {}

  static boolean applies(View x, View y) {
    boolean inner = y.width() <= x.height() ? !x.transposed() : y.transposed();
    int columns = Math.min(x.height(), y.width());
    return columns <= (inner ? COLUMNS_MAX : COLUMNS_OF_SUMS_MAX);
  }

  /** z += x * y. */
  static void multiplyAdd(View x, View y, long[] z) {
    multiplyAdd(x, null, y, null, z);
  }

  /** z += xOwn * (yOwn + yNext) + xNext * yOwn; without xNext and yNext, z += xOwn * yOwn. */
  static void multiplyAdd(View xOwn, View xNext, View yOwn, View yNext, long[] z) {
    // The map is symmetric: (xOwn + xNext) * yOwn + xOwn * yNext is the same.
    if (yOwn.width() <= xOwn.height()) {
      addColumns(xOwn, xNext, yOwn, yNext, z, new Steps(yOwn.width(), 1));
    } else {
      addColumns(
          transpose(yOwn),
          transpose(yNext),
          transpose(xOwn),
          transpose(xNext),
          z,
          new Steps(1, yOwn.width()));
    }
  }

  /** The distances in z from a row and from a column to the next. */
  private record Steps(int row, int column) {}

  private static View transpose(View x) {
    return x == null ? null : new View(x.elements(), x.rows(), x.columns(), !x.transposed());
  }

  private static void addColumns(
      View xOwn, View xNext, View yOwn, View yNext, long[] z, Steps steps) {
    int inner = yOwn.height();
    int rows = xOwn.height();
    Workspace workspace = Workspace.take();
    try {
      long[] column = atLeast(inner, workspace.right);
      long[] sum = atLeast(rows, workspace.left);
      for (int j = 0; j < yOwn.width(); j++) {
        Arrays.fill(sum, 0, rows, 0);
        Arrays.fill(column, 0, inner, 0);
        addColumn(yOwn, j, column);
        if (xNext != null) {
          multiplyVector(xNext, column, sum, workspace);
          addColumn(yNext, j, column);
        }
        multiplyVector(xOwn, column, sum, workspace);
        for (int i = 0; i < rows; i++) {
          z[i * steps.row + j * steps.column] += sum[i];
        }
      }
    } finally {
      workspace.release();
    }
  }

  private static long[] atLeast(int words, long[] buffer) {
    return words <= buffer.length ? buffer : new long[words];
  }

  private static void addColumn(View y, int j, long[] column) {
    int step = y.transposed() ? 1 : y.columns();
    int at = y.transposed() ? j * y.columns() : j;
    for (int k = 0; k < y.height(); k++) {
      column[k] += y.elements()[at];
      at += step;
    }
  }

  private static void multiplyVector(View x, long[] y, long[] z, Workspace workspace) {
    if (x.transposed()) {
      addRows(x, y, z, workspace);
    } else {
      addInnerProducts(x, y, z);
    }
  }

  private static void addInnerProducts(View x, long[] y, long[] z) {
    long[] a = x.elements();
    for (int i = 0; i < x.rows(); i++) {
      int from = i * x.columns();
      long sum = 0;
      for (int k = 0; k < x.columns(); k++) {
        sum += a[from + k] * y[k];
      }
      z[i] += sum;
    }
  }

  /** Blocks of columns: each row of a block is copied to where its index is that of the sum. */
  private static void addRows(View x, long[] y, long[] z, Workspace workspace) {
    int columns = x.columns();
    long[][] rows = workspace.rows;
    long[] sum = workspace.sum;
    for (int from = 0; from < columns; from += BLOCK) {
      int width = Math.min(BLOCK, columns - from);
      System.arraycopy(z, from, sum, 0, width);
      int k = 0;
      for (; k + ROWS_AT_ONCE <= x.rows(); k += ROWS_AT_ONCE) {
        for (int row = 0; row < ROWS_AT_ONCE; row++) {
          System.arraycopy(x.elements(), (k + row) * columns + from, rows[row], 0, width);
        }
        addFour(sum, rows, y[k], y[k + 1], y[k + 2], y[k + 3], width);
      }
      for (; k < x.rows(); k++) {
        System.arraycopy(x.elements(), k * columns + from, rows[0], 0, width);
        addOne(sum, rows[0], y[k], width);
      }
      System.arraycopy(sum, 0, z, from, width);
    }
  }

  private static void addFour(
      long[] sum, long[][] rows, long y0, long y1, long y2, long y3, int width) {
    long[] r0 = rows[0];
    long[] r1 = rows[1];
    long[] r2 = rows[2];
    long[] r3 = rows[3];
    for (int i = 0; i < width; i++) {
      sum[i] += r0[i] * y0 + r1[i] * y1 + r2[i] * y2 + r3[i] * y3;
    }
  }

  private static void addOne(long[] sum, long[] row, long y, int width) {
    for (int i = 0; i < width; i++) {
      sum[i] += row[i] * y;
    }
  }
}
