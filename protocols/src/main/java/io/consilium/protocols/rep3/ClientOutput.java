package io.consilium.protocols.rep3;

import java.util.List;

/**
 * The client's side of an output: the sum of three additive shares, one from each compute party.
 * The parties have made them fresh with a zero sharing, so they say no more than their sum.
 */
public final class ClientOutput {
  private ClientOutput() {}

  /**
   * The value.
   *
   * @param shares one array of each party, all of the same length
   */
  public static long[] sum(List<long[]> shares) {
    if (shares.size() != 3) {
      throw new IllegalArgumentException("an output has 3 shares, not " + shares.size());
    }
    long[] sum = shares.getFirst().clone();
    for (long[] share : shares.subList(1, 3)) {
      if (share.length != sum.length) {
        throw new IllegalArgumentException(
            "shares of " + sum.length + " and " + share.length + " elements");
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += share[i];
      }
    }
    return sum;
  }
}
