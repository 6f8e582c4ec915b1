package io.consilium.inference.onnx.program;

import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Arithmetic with shapes. */
public final class Dims {
  private Dims() {}

  /** How far apart neighbours are in each dimension, row-major. */
  public static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape.dimensions().get(d);
    }
    return strides;
  }

  public static int dim(Shape shape, int d) {
    return shape.dimensions().get(d);
  }

  public static Shape shape(int... dimensions) {
    List<Integer> list = new ArrayList<>();
    for (int dimension : dimensions) {
      list.add(dimension);
    }
    return new Shape(list);
  }

  /** So many of a shape one below the other, along the outermost dimension. */
  static Shape times(Shape shape, int count) {
    return count == 1 ? shape : shape.withRows(Math.multiplyExact(count, shape.rows()));
  }

  /** The product of the dimensions [from, to). */
  public static int volume(Shape shape, int from, int to) {
    int volume = 1;
    for (int d = from; d < to; d++) {
      volume *= shape.dimensions().get(d);
    }
    return volume;
  }

  /** The shape with another number in one dimension. */
  public static Shape with(Shape shape, int d, int size) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.set(d, size);
    return new Shape(dimensions);
  }

  /**
   * The shape that both are repeated to.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Shape broadcast(Shape x, Shape y) {
    int rank = Math.max(x.rank(), y.rank());
    List<Integer> dimensions = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      int a = fromTheEnd(x, rank - d);
      int b = fromTheEnd(y, rank - d);
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException("shapes " + x + " and " + y + " do not broadcast");
      }
      dimensions.add(a == 1 ? b : a);
    }
    return new Shape(dimensions);
  }

  private static int fromTheEnd(Shape shape, int place) {
    return place > shape.rank() ? 1 : shape.dimensions().get(shape.rank() - place);
  }

  /** Where each element of a larger shape comes from when x is repeated to it. */
  public static int[] repeated(Shape x, Shape to) {
    int[] strides = strides(x);
    int[] steps = new int[to.rank()];
    int missing = to.rank() - x.rank();
    for (int d = missing; d < steps.length; d++) {
      steps[d] = x.dimensions().get(d - missing) == 1 ? 0 : strides[d - missing];
    }
    return walk(to, 0, steps);
  }

  /** Row-major over a shape, the index that grows by a step in each dimension. */
  public static int[] walk(Shape shape, int first, int[] steps) {
    int[] indices = new int[shape.size()];
    int[] at = new int[shape.rank()];
    int index = first;
    for (int i = 0; i < indices.length; i++) {
      indices[i] = index;
      for (int d = at.length - 1; d >= 0; d--) {
        index += steps[d];
        if (++at[d] < shape.dimensions().get(d)) {
          break;
        }
        index -= steps[d] * at[d];
        at[d] = 0;
      }
    }
    return indices;
  }

  /** The dimensions that a list of axes leaves, in order. */
  public static List<Integer> without(int rank, List<Integer> axes) {
    List<Integer> rest = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      if (!axes.contains(d)) {
        rest.add(d);
      }
    }
    return rest;
  }

  /** So many ones. */
  public static List<Integer> ones(int count) {
    return Collections.nCopies(count, 1);
  }
}
