package io.consilium.protocols.ring;

/**
 * Matrix products modulo 2^64 in plain Java.
 *
 * <p>Rows are separate arrays with equal indices, since the compiler vectorises that loop and not
 * one over offsets into a flat array, where it must fear aliasing.
 */
public final class RingMatrix {
  private RingMatrix() {}

  /** A matrix in row-major order, read as it is or transposed. */
  public record View(long[] elements, int rows, int columns, boolean transposed) {
    /** Rows after transposition. */
    public int height() {
      return transposed ? columns : rows;
    }

    /** Columns after transposition. */
    public int width() {
      return transposed ? rows : columns;
    }
  }

  /**
   * z += x * y.
   *
   * @param z [x.height, y.width]
   */
  public static void multiplyAdd(View x, View y, long[] z) {
    if (x.width() != y.height()) {
      throw new IllegalArgumentException(
          "inner dimensions differ: " + x.width() + " and " + y.height());
    }
    if (y.width() == 1) {
      multiplyVector(x, y.elements(), z);
    } else {
      multiplyRows(x, y, z);
    }
  }

  private static void multiplyVector(View x, long[] y, long[] z) {
    long[] a = x.elements();
    if (x.transposed()) {
      for (int k = 0; k < x.rows(); k++) {
        int from = k * x.columns();
        long factor = y[k];
        for (int i = 0; i < x.columns(); i++) {
          z[i] += a[from + i] * factor;
        }
      }
      return;
    }
    for (int i = 0; i < x.rows(); i++) {
      int from = i * x.columns();
      long sum = 0;
      for (int k = 0; k < x.columns(); k++) {
        sum += a[from + k] * y[k];
      }
      z[i] += sum;
    }
  }

  private static void multiplyRows(View x, View y, long[] z) {
    long[][] rowsOfY = rowArrays(y);
    int width = y.width();
    long[] row = new long[width];
    for (int i = 0; i < x.height(); i++) {
      System.arraycopy(z, i * width, row, 0, width);
      for (int k = 0; k < rowsOfY.length; k++) {
        long factor =
            x.transposed() ? x.elements()[k * x.columns() + i] : x.elements()[i * x.columns() + k];
        addMultiple(row, rowsOfY[k], factor);
      }
      System.arraycopy(row, 0, z, i * width, width);
    }
  }

  private static void addMultiple(long[] sum, long[] row, long factor) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += factor * row[j];
    }
  }

  private static long[][] rowArrays(View y) {
    long[][] rows = new long[y.height()][y.width()];
    for (int i = 0; i < y.rows(); i++) {
      for (int j = 0; j < y.columns(); j++) {
        long element = y.elements()[i * y.columns() + j];
        if (y.transposed()) {
          rows[j][i] = element;
        } else {
          rows[i][j] = element;
        }
      }
    }
    return rows;
  }
}
