package io.consilium.protocols.clear;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/** Codes in the clear. */
record ClearTensor(Shape shape, FixedPoint format, long[] codes) implements SecretTensor {
  ClearTensor {
    if (codes.length != shape.size()) {
      throw new IllegalArgumentException(codes.length + " codes do not fit the shape " + shape);
    }
  }

  static long[] codes(SecretTensor x) {
    return ((ClearTensor) x).codes;
  }

  @Override
  public String toString() {
    return "ClearTensor" + shape + " with " + format.fractionBits() + " fraction bits";
  }
}
