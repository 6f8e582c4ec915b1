package io.consilium.protocols.rep3;

import io.consilium.protocols.SecretBits;
import io.consilium.protocols.ring.BitPlanes;

/**
 * A party's two of the three exclusive-or shares of a bit vector, 64 elements in a word. Bits
 * behind the last element are masks without meaning.
 */
final class ReplicatedBits extends ReplicatedShares implements SecretBits {
  private final int size;

  ReplicatedBits(int size, long[] own, long[] next) {
    super(own, next);
    if (own.length != BitPlanes.words(size) || next.length != own.length) {
      throw new IllegalArgumentException("shares do not fit " + size + " bits");
    }
    this.size = size;
  }

  static ReplicatedBits of(SecretBits x) {
    ReplicatedBits bits = (ReplicatedBits) x;
    bits.requireLive();
    return bits;
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
