package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;

/** Order of secret values. The width of a comparison follows from the ranges of its operands. */
public final class Comparisons {
  private Comparisons() {}

  /** x < y, element by element. Rounds and bytes: one sign. */
  public static SecretBits lessThan(Backend b, SecretTensor x, SecretTensor y) {
    return b.negative(b.subtract(x, y));
  }

  /**
   * The argument of a function: with the range that it has, or that of the function's domain if it
   * has a larger one or none. Local.
   */
  public static SecretTensor inDomain(Backend b, SecretTensor x, ValueRange domain) {
    return x.range().isWithin(domain) ? x : b.within(x, domain);
  }
}
