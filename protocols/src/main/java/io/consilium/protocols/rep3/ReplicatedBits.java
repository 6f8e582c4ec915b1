package io.consilium.protocols.rep3;

import io.consilium.protocols.SecretBits;
import io.consilium.protocols.ring.BitPlanes;

/**
 * A party's two of the three exclusive-or shares of a bit vector, 64 elements in a word. Bits
 * behind the last element are masks without meaning.
 */
final class ReplicatedBits implements SecretBits {
  private final int size;
  final long[] own;
  final long[] next;

  ReplicatedBits(int size, long[] own, long[] next) {
    if (own.length != BitPlanes.words(size) || next.length != own.length) {
      throw new IllegalArgumentException("shares do not fit " + size + " bits");
    }
    this.size = size;
    this.own = own;
    this.next = next;
  }

  static ReplicatedBits of(SecretBits x) {
    return (ReplicatedBits) x;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String toString() {
    return "ReplicatedBits[" + size + "]";
  }
}
