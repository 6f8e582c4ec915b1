package io.consilium.datasets.schema;

import java.util.List;
import java.util.Optional;

/** The values that a column may hold. */
public sealed interface ColumnType {

  /**
   * A finite number.
   *
   * @param unit the unit of measurement, for people
   * @param min the smallest value allowed, inclusive
   * @param max the largest value allowed, inclusive; greater than {@code min}
   * @param whole whether a fraction is refused
   */
  record Numeric(Optional<String> unit, double min, double max, boolean whole)
      implements ColumnType {
    /** The width of the range. Positive. */
    public double span() {
      return max - min;
    }
  }

  /**
   * One of a fixed list of words.
   *
   * @param categories at least two, distinct; their order is part of the schema
   */
  record Category(List<String> categories, CategoryEncoding encoding) implements ColumnType {
    /** The one category type that a column with the role split has. */
    static final Category SPLIT =
        new Category(List.of("train", "validation"), CategoryEncoding.ONE_HOT_DROP_FIRST);

    public Category {
      categories = List.copyOf(categories);
    }
  }

  /**
   * A greyscale picture: one feature for each pixel.
   *
   * @param height pixels from top to bottom
   * @param width pixels from left to right
   * @param minimum the smallest value of a pixel, such as -1024 for Hounsfield units
   * @param maximum the largest value of a pixel; greater than {@code minimum}
   */
  record Image(int height, int width, int minimum, int maximum) implements ColumnType {
    /** The width of the range of grey values. Positive. */
    public int span() {
      return maximum - minimum;
    }

    public int pixels() {
      return height * width;
    }
  }

  /** Any short text. Only for identifiers and ignored columns. */
  record Text() implements ColumnType {}
}
