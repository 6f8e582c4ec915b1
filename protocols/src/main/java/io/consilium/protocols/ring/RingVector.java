package io.consilium.protocols.ring;

import java.util.Arrays;
import java.util.List;

/**
 * Element-wise and row-wise operations on tensors in row-major order. A result goes to a new array,
 * or to the last argument, of which every element is written.
 */
public final class RingVector {
  private RingVector() {}

  public static long[] add(long[] x, long[] y) {
    long[] z = new long[x.length];
    add(x, y, z);
    return z;
  }

  public static void add(long[] x, long[] y, long[] z) {
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] + y[i];
    }
  }

  public static long[] subtract(long[] x, long[] y) {
    long[] z = new long[x.length];
    subtract(x, y, z);
    return z;
  }

  public static void subtract(long[] x, long[] y, long[] z) {
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] - y[i];
    }
  }

  public static long[] multiply(long[] x, long k) {
    long[] z = new long[x.length];
    multiply(x, k, z);
    return z;
  }

  public static void multiply(long[] x, long k, long[] z) {
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] * k;
    }
  }

  public static long[] multiply(long[] x, long[] y) {
    long[] z = new long[x.length];
    multiply(x, y, z);
    return z;
  }

  public static void multiply(long[] x, long[] y, long[] z) {
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] * y[i];
    }
  }

  public static long[] xor(long[] x, long[] y) {
    long[] z = new long[x.length];
    xor(x, y, z);
    return z;
  }

  public static void xor(long[] x, long[] y, long[] z) {
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] ^ y[i];
    }
  }

  /** Adds one number to every element. */
  public static void addCode(long[] x, long code, long[] z) {
    for (int i = 0; i < x.length; i++) {
      z[i] = x[i] + code;
    }
  }

  /** The rows at public indices. */
  public static long[] rows(long[] x, int columns, int[] indices) {
    long[] z = new long[indices.length * columns];
    rows(x, columns, indices, z);
    return z;
  }

  public static void rows(long[] x, int columns, int[] indices, long[] z) {
    if (columns == 1) {
      for (int i = 0; i < indices.length; i++) {
        z[i] = x[indices[i]];
      }
      return;
    }
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(x, indices[i] * columns, z, i * columns, columns);
    }
  }

  /** The columns [from, to) of a matrix with so many columns. */
  public static long[] columns(long[] x, int columns, int from, int to) {
    int rows = columns == 0 ? 0 : x.length / columns;
    long[] z = new long[rows * (to - from)];
    columns(x, columns, from, to, z);
    return z;
  }

  public static void columns(long[] x, int columns, int from, int to, long[] z) {
    int width = to - from;
    int rows = columns == 0 ? 0 : x.length / columns;
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x, i * columns + from, z, i * width, width);
    }
  }

  public static long[] concatenate(List<long[]> parts) {
    long[] z = new long[length(parts)];
    concatenate(parts, z);
    return z;
  }

  public static void concatenate(List<long[]> parts, long[] z) {
    int at = 0;
    for (long[] part : parts) {
      System.arraycopy(part, 0, z, at, part.length);
      at += part.length;
    }
  }

  /** The elements of all parts. */
  public static int length(List<long[]> parts) {
    int length = 0;
    for (long[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    return length;
  }

  public static long[] slice(long[] x, int from, int to) {
    return Arrays.copyOfRange(x, from, to);
  }

  public static long[] transpose(long[] x, int rows, int columns) {
    long[] z = new long[x.length];
    transpose(x, rows, columns, z);
    return z;
  }

  public static void transpose(long[] x, int rows, int columns, long[] z) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        z[j * rows + i] = x[i * columns + j];
      }
    }
  }

  /** The sum of all rows. */
  public static long[] sumRows(long[] x, int columns) {
    long[] z = new long[columns];
    sumRows(x, columns, z);
    return z;
  }

  public static void sumRows(long[] x, int columns, long[] z) {
    Arrays.fill(z, 0);
    for (int from = 0; from < x.length; from += columns) {
      for (int j = 0; j < columns; j++) {
        z[j] += x[from + j];
      }
    }
  }
}
