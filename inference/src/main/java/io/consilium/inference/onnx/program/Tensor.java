package io.consilium.inference.onnx.program;

import io.consilium.protocols.Shape;

/**
 * A tensor whose elements are known, row-major. Integers are held as doubles, which is exact up to
 * 2^53; larger ones occur only as "to the end" and saturate.
 */
public record Tensor(ElementType type, Shape shape, double[] elements) {
  public Tensor {
    if (elements.length != shape.size()) {
      throw new IllegalArgumentException(elements.length + " elements do not fit " + shape);
    }
  }

  public static Tensor scalar(ElementType type, double element) {
    return new Tensor(type, new Shape(java.util.List.of()), new double[] {element});
  }

  /** A vector of 64-bit integers. */
  public static Tensor integers(long... elements) {
    double[] reals = new double[elements.length];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = (double) elements[i];
    }
    return new Tensor(ElementType.INT64, Shape.vector(reals.length), reals);
  }

  /** Elements as integers. */
  public long[] toIntegers() {
    long[] integers = new long[elements.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (long) elements[i];
    }
    return integers;
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
