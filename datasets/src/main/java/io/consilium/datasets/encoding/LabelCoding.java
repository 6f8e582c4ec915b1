package io.consilium.datasets.encoding;

import java.util.List;

/** What the numbers of a label mean. Public. */
public sealed interface LabelCoding {

  /**
   * The label is the position of its class, from 0; of two classes, 1 is the positive one.
   *
   * @param names the categories in the order of the schema
   */
  record Classes(List<String> names) implements LabelCoding {
    public Classes {
      names = List.copyOf(names);
    }
  }

  /** The label is a number scaled to the range from 0 to 1. */
  record Scaled(double offset, double scale) implements LabelCoding {
    public double toOriginal(double coded) {
      return offset + scale * coded;
    }

    public double toCoded(double original) {
      return (original - offset) / scale;
    }
  }
}
