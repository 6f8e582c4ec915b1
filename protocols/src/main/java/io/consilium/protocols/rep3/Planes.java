package io.consilium.protocols.rep3;

import io.consilium.protocols.ring.RingVector;
import java.util.Arrays;
import java.util.List;

/** Both shares of bit planes that lie one behind the other: the working form of bit protocols. */
record Planes(long[] own, long[] next) {
  /** One plane out of many. */
  Planes plane(int index, int words) {
    int from = index * words;
    return new Planes(
        Arrays.copyOfRange(own, from, from + words), Arrays.copyOfRange(next, from, from + words));
  }

  Planes xor(Planes other) {
    long[] a = own.clone();
    long[] b = next.clone();
    for (int i = 0; i < a.length; i++) {
      a[i] ^= other.own[i];
      b[i] ^= other.next[i];
    }
    return new Planes(a, b);
  }

  static Planes concatenate(List<Planes> parts) {
    return new Planes(
        RingVector.concatenate(parts.stream().map(Planes::own).toList()),
        RingVector.concatenate(parts.stream().map(Planes::next).toList()));
  }

  @Override
  public String toString() {
    return "Planes[***]";
  }
}
