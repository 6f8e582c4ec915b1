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
          multiplyVector(xNext, column, sum);
          addColumn(yNext, j, column);
        }
        multiplyVector(xOwn, column, sum);
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

  private static void multiplyVector(View x, long[] y, long[] z) {
    if (x.transposed()) {
      addRows(x, y, z);
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

  private static void addRows(View x, long[] y, long[] z) {
    long[] a = x.elements();
    int columns = x.columns();
    int k = 0;
    // Four rows at a time, to read and write z a quarter as often.
    for (; k + 4 <= x.rows(); k += 4) {
      int from = k * columns;
      for (int i = 0; i < columns; i++) {
        z[i] +=
            a[from + i] * y[k]
                + a[from + columns + i] * y[k + 1]
                + a[from + 2 * columns + i] * y[k + 2]
                + a[from + 3 * columns + i] * y[k + 3];
      }
    }
    for (; k < x.rows(); k++) {
      int from = k * columns;
      for (int i = 0; i < columns; i++) {
        z[i] += a[from + i] * y[k];
      }
    }
  }
}
