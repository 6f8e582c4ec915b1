package io.consilium.protocols.clear;

import io.consilium.protocols.RangeException;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.TensorType;

/** Codes in the clear. */
record ClearTensor(TensorType type, long[] codes) implements SecretTensor {
  ClearTensor {
    if (codes.length != type.size()) {
      throw new IllegalArgumentException(codes.length + " codes do not fit " + type);
    }
  }

  static long[] codes(SecretTensor x) {
    return ((ClearTensor) x).codes;
  }

  /** The reference keeps programs to their word: the codes must be in the declared range. */
  void requireRange() {
    for (int i = 0; i < codes.length; i++) {
      if (!type.range().holds(codes[i])) {
        throw new RangeException("element " + i + " of " + type + " is out of its range");
      }
    }
  }

  @Override
  public String toString() {
    return "ClearTensor" + type;
  }
}
