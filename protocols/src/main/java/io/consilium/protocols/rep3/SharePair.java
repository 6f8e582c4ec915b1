package io.consilium.protocols.rep3;

/**
 * A party's two shares of a tensor, x_i and x_(i+1), outside of any session: to be sealed in a
 * store or taken from one. Alone they say nothing; with those of another party they say everything,
 * so they are never printed, compared or sent.
 */
public record SharePair(long[] own, long[] next) {
  public SharePair {
    if (own.length != next.length) {
      throw new IllegalArgumentException(
          "shares of " + own.length + " and " + next.length + " elements");
    }
  }

  /** The number of elements. */
  public int size() {
    return own.length;
  }

  @Override
  public String toString() {
    return "SharePair[***]";
  }
}
