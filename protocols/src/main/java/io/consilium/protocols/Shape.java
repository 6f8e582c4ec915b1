package io.consilium.protocols;

import java.util.List;

/** The public dimensions of a tensor, outermost first; elements lie in row-major order. */
public record Shape(List<Integer> dimensions) {
  public Shape {
    dimensions = List.copyOf(dimensions);
    long elements = 1;
    for (int dimension : dimensions) {
      if (dimension < 0) {
        throw new IllegalArgumentException("negative dimension in shape " + dimensions);
      }
      // An empty tensor has no more columns than another.
      elements *= Math.max(1, dimension);
      if (elements > Limits.TENSOR_ELEMENTS_MAX) {
        throw new IllegalArgumentException(
            "shape " + dimensions + " has more than " + Limits.TENSOR_ELEMENTS_MAX + " elements");
      }
    }
  }

  public static Shape vector(int length) {
    return new Shape(List.of(length));
  }

  public static Shape matrix(int rows, int columns) {
    return new Shape(List.of(rows, columns));
  }

  /** The number of elements. */
  public int size() {
    int elements = 1;
    for (int dimension : dimensions) {
      elements *= dimension;
    }
    return elements;
  }

  public int rank() {
    return dimensions.size();
  }

  /** The outermost dimension; a scalar has one row. */
  public int rows() {
    return dimensions.isEmpty() ? 1 : dimensions.getFirst();
  }

  /** The number of elements of one row: all dimensions but the outermost. */
  public int columns() {
    int columns = 1;
    for (int i = 1; i < dimensions.size(); i++) {
      columns *= dimensions.get(i);
    }
    return columns;
  }

  /** The same inner dimensions with another number of rows. */
  public Shape withRows(int rows) {
    if (dimensions.size() <= 1) {
      return vector(rows);
    }
    Integer[] changed = dimensions.toArray(new Integer[0]);
    changed[0] = rows;
    return new Shape(List.of(changed));
  }

  @Override
  public String toString() {
    return dimensions.toString();
  }
}
