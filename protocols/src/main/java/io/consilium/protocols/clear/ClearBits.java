package io.consilium.protocols.clear;

import io.consilium.protocols.SecretBits;
import java.util.BitSet;

/** Bits in the clear. */
record ClearBits(int size, BitSet bits) implements SecretBits {
  static BitSet bits(SecretBits x) {
    return ((ClearBits) x).bits;
  }

  @Override
  public String toString() {
    return "ClearBits[" + size + "]";
  }
}
