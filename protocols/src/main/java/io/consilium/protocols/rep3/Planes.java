package io.consilium.protocols.rep3;

import java.util.List;

/** Both shares of bit planes that lie one behind the other: the working form of bit protocols. */
record Planes(long[] own, long[] next) {
  /** No planes. */
  static final Planes NONE = new Planes(new long[0], new long[0]);

  /** Adds equally many planes to these. */
  void add(Planes other) {
    xor(own, other.own, 0);
    xor(next, other.next, 0);
  }

  /** Adds a plane of another array, from its given word on, to this one. */
  void add(Planes others, int from) {
    xor(own, others.own, from);
    xor(next, others.next, from);
  }

  private static void xor(long[] target, long[] other, int from) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= other[from + i];
    }
  }

  /** A plane out of many, copied. */
  Planes plane(Rep3Session session, int index, int words) {
    Planes plane = new Planes(session.words(words), session.words(words));
    System.arraycopy(own, index * words, plane.own, 0, words);
    System.arraycopy(next, index * words, plane.next, 0, words);
    return plane;
  }

  /** Planes of one length, one behind the other. */
  static Planes concatenate(Rep3Session session, List<Planes> parts) {
    int words = parts.getFirst().own.length;
    Planes all =
        new Planes(session.words(words * parts.size()), session.words(words * parts.size()));
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(parts.get(i).own, 0, all.own, i * words, words);
      System.arraycopy(parts.get(i).next, 0, all.next, i * words, words);
    }
    return all;
  }

  @Override
  public String toString() {
    return "Planes[***]";
  }
}
