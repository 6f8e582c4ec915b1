package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import java.util.ArrayList;
import java.util.List;

/**
 * The highest bit that is set, as a one-hot word: a prefix OR from the top (Sklansky), and where it
 * begins to be 1. Rounds: ceil(log2(bits)).
 */
final class TopBit {
  private TopBit() {}

  /**
   * Entry j is whether j is the highest bit that is set.
   *
   * @param bits least significant first
   */
  static List<SecretBits> of(Backend b, List<SecretBits> bits) {
    List<SecretBits> anyAbove = prefixOr(b, bits);
    List<SecretBits> top = new ArrayList<>();
    for (int j = 0; j < bits.size(); j++) {
      boolean last = j == bits.size() - 1;
      top.add(last ? anyAbove.get(j) : b.xor(anyAbove.get(j), anyAbove.get(j + 1)));
    }
    return top;
  }

  /** Entry j is the OR of the bits j and above. */
  private static List<SecretBits> prefixOr(Backend b, List<SecretBits> bits) {
    List<SecretBits> or = new ArrayList<>(bits.reversed());
    for (int span = 1; span < or.size(); span *= 2) {
      List<SecretBits> left = new ArrayList<>();
      List<SecretBits> right = new ArrayList<>();
      for (int i = 0; i < or.size(); i++) {
        if ((i & span) != 0) {
          left.add(or.get(i));
          right.add(or.get((i & -span) - 1));
        }
      }
      List<SecretBits> eitherOf = or(b, left, right);
      int at = 0;
      for (int i = 0; i < or.size(); i++) {
        if ((i & span) != 0) {
          or.set(i, eitherOf.get(at++));
        }
      }
    }
    return or.reversed();
  }

  /** x_i OR y_i for every pair of the lists. Rounds: 1. */
  static List<SecretBits> or(Backend b, List<SecretBits> x, List<SecretBits> y) {
    List<SecretBits> both = b.and(x, y);
    List<SecretBits> results = new ArrayList<>();
    for (int i = 0; i < both.size(); i++) {
      results.add(b.xor(b.xor(x.get(i), y.get(i)), both.get(i)));
    }
    return results;
  }
}
