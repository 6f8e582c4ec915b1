package io.consilium.inference.onnx.program;

import io.consilium.protocols.Shape;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor whose elements are known, row-major. Integers are held as doubles, which is exact up to
 * 2^53; larger ones occur only as "to the end" and saturate.
 *
 * <p>Large weights stay where they come from, as 32-bit numbers in a file, and are made into
 * elements each time they are asked for: a network of 140 million weights would take more than a
 * gigabyte otherwise.
 */
public final class Tensor {
  private final ElementType type;
  private final Shape shape;
  private final boolean isHeld;
  private final boolean isFinite;
  private final Supplier<double[]> elements;

  private Tensor(
      ElementType type,
      Shape shape,
      boolean isHeld,
      boolean isFinite,
      Supplier<double[]> elements) {
    this.type = type;
    this.shape = shape;
    this.isHeld = isHeld;
    this.isFinite = isFinite;
    this.elements = elements;
  }

  /** A tensor that holds its elements. */
  public Tensor(ElementType type, Shape shape, double[] elements) {
    this(type, shape, true, areFinite(elements), () -> elements);
    requireFit(shape, elements);
  }

  /**
   * A tensor whose elements are made when they are asked for, and not kept.
   *
   * @param elements the same ones every time
   */
  public static Tensor onDemand(ElementType type, Shape shape, Supplier<double[]> elements) {
    return onDemand(type, shape, true, elements);
  }

  /**
   * The same.
   *
   * @param isFinite whether no element is infinite
   */
  public static Tensor onDemand(
      ElementType type, Shape shape, boolean isFinite, Supplier<double[]> elements) {
    return new Tensor(
        type,
        shape,
        false,
        isFinite,
        () -> {
          double[] made = elements.get();
          requireFit(shape, made);
          return made;
        });
  }

  private static void requireFit(Shape shape, double[] elements) {
    if (elements.length != shape.size()) {
      throw new IllegalArgumentException(elements.length + " elements do not fit " + shape);
    }
  }

  public static Tensor scalar(ElementType type, double element) {
    return new Tensor(type, new Shape(List.of()), new double[] {element});
  }

  /** A vector of 64-bit integers. */
  public static Tensor integers(long... elements) {
    double[] reals = new double[elements.length];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = (double) elements[i];
    }
    return new Tensor(ElementType.INT64, Shape.vector(reals.length), reals);
  }

  private static boolean areFinite(double[] elements) {
    for (double element : elements) {
      if (Double.isInfinite(element)) {
        return false;
      }
    }
    return true;
  }

  /** Whether no element is infinite. */
  public boolean isFinite() {
    return isFinite;
  }

  public ElementType type() {
    return type;
  }

  public Shape shape() {
    return shape;
  }

  /** The elements; of a tensor that does not hold them a new array. Not to be changed. */
  public double[] elements() {
    return elements.get();
  }

  /** Whether the elements are in memory. */
  public boolean isHeld() {
    return isHeld;
  }

  /** Elements as integers. */
  public long[] toIntegers() {
    double[] reals = elements();
    long[] integers = new long[reals.length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (long) reals[i];
    }
    return integers;
  }

  @Override
  public String toString() {
    return type + " " + shape;
  }
}
