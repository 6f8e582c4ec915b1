package io.consilium.protocols.ring;

import io.consilium.protocols.ring.RingMatrix.View;

/**
 * Products with a result of a few columns or a few rows: one pass over the wide factor for each, as
 * packing it would cost more than the arithmetic.
 */
final class ThinProduct {
  /** With more columns than this the blocked product is faster. */
  static final int COLUMNS_MAX = 4;

  private ThinProduct() {}

  static boolean applies(View x, View y) {
    return Math.min(x.height(), y.width()) <= COLUMNS_MAX;
  }

  /** z += x * y. */
  static void multiplyAdd(View x, View y, long[] z) {
    if (y.width() <= x.height()) {
      columns(x, y, z, y.width(), 1);
    } else {
      columns(transpose(y), transpose(x), z, 1, y.width());
    }
  }

  private static View transpose(View x) {
    return new View(x.elements(), x.rows(), x.columns(), !x.transposed());
  }

  private static void columns(View x, View y, long[] z, int rowStride, int columnStride) {
    if (y.width() == 1 && rowStride == 1) {
      multiplyVector(x, y.elements(), z);
      return;
    }
    long[] column = new long[y.height()];
    long[] sum = new long[x.height()];
    for (int j = 0; j < y.width(); j++) {
      for (int k = 0; k < column.length; k++) {
        column[k] = y.elements()[y.transposed() ? j * y.columns() + k : k * y.columns() + j];
      }
      java.util.Arrays.fill(sum, 0);
      multiplyVector(x, column, sum);
      for (int i = 0; i < sum.length; i++) {
        z[i * rowStride + j * columnStride] += sum[i];
      }
    }
  }

  private static void multiplyVector(View x, long[] y, long[] z) {
    if (x.transposed()) {
      addRows(x, y, z);
    } else {
      addDotProducts(x, y, z);
    }
  }

  private static void addDotProducts(View x, long[] y, long[] z) {
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
