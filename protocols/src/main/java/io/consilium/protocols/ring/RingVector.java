package io.consilium.protocols.ring;

import java.util.Arrays;
import java.util.List;

/** Element-wise and row-wise operations on tensors in row-major order. All make new arrays. */
public final class RingVector {
  private RingVector() {}

  public static long[] add(long[] x, long[] y) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] + y[i];
    }
    return z;
  }

  public static long[] subtract(long[] x, long[] y) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] - y[i];
    }
    return z;
  }

  public static long[] multiply(long[] x, long k) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] * k;
    }
    return z;
  }

  public static long[] multiply(long[] x, long[] y) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] * y[i];
    }
    return z;
  }

  public static long[] xor(long[] x, long[] y) {
    long[] z = new long[x.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = x[i] ^ y[i];
    }
    return z;
  }

  /** The rows at public indices. */
  public static long[] rows(long[] x, int columns, int[] indices) {
    long[] z = new long[indices.length * columns];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(x, indices[i] * columns, z, i * columns, columns);
    }
    return z;
  }

  /** The columns [from, to) of a matrix with so many columns. */
  public static long[] columns(long[] x, int columns, int from, int to) {
    int rows = columns == 0 ? 0 : x.length / columns;
    int width = to - from;
    long[] z = new long[rows * width];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x, i * columns + from, z, i * width, width);
    }
    return z;
  }

  public static long[] concatenate(List<long[]> parts) {
    long[] z = new long[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (long[] part : parts) {
      System.arraycopy(part, 0, z, at, part.length);
      at += part.length;
    }
    return z;
  }

  public static long[] slice(long[] x, int from, int to) {
    return Arrays.copyOfRange(x, from, to);
  }

  public static long[] transpose(long[] x, int rows, int columns) {
    long[] z = new long[x.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        z[j * rows + i] = x[i * columns + j];
      }
    }
    return z;
  }

  /** The sum of all rows. */
  public static long[] sumRows(long[] x, int columns) {
    long[] z = new long[columns];
    for (int from = 0; from < x.length; from += columns) {
      for (int j = 0; j < columns; j++) {
        z[j] += x[from + j];
      }
    }
    return z;
  }
}
