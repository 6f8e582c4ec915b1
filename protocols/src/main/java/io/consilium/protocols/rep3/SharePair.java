package io.consilium.protocols.rep3;

/** A party's two shares of a tensor, x_i and x_(i+1). */
record SharePair(long[] own, long[] next) {
  @Override
  public String toString() {
    return "SharePair[***]";
  }
}
