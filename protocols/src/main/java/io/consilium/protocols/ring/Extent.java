package io.consilium.protocols.ring;

import java.util.List;

/** Three lengths or steps, one per spatial dimension; fewer dimensions are filled up in front. */
record Extent(int depth, int height, int width) {
  static final Extent ZERO = new Extent(0, 0, 0);
  static final Extent ONE = new Extent(1, 1, 1);

  static Extent of(List<Integer> values, int fill) {
    int missing = 3 - values.size();
    return new Extent(
        missing > 0 ? fill : values.get(0),
        missing > 1 ? fill : values.get(1 - missing),
        values.getLast());
  }

  int volume() {
    return depth * height * width;
  }

  /** As much in one row. */
  Extent flat() {
    return new Extent(1, 1, volume());
  }

  Extent negated() {
    return new Extent(-depth, -height, -width);
  }
}
