package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;

/**
 * max(x, 0), |x| and max(x, y): a sign and a bit times a value. Exact within the declared range.
 */
public final class Relu {
  private Relu() {}

  /** max(x, 0). Rounds: 7 for codes of 31 bits and a sign. Bytes per element: 54. */
  public static SecretTensor of(Backend b, SecretTensor x) {
    return b.subtract(x, b.select(b.negative(x), x));
  }

  /** |x|. Rounds and bytes as {@link #of}. */
  public static SecretTensor absolute(Backend b, SecretTensor x) {
    return b.subtract(x, b.multiply(b.select(b.negative(x), x), 2));
  }

  /** max(x, y), element by element. Rounds and bytes as {@link #of}. */
  public static SecretTensor maximum(Backend b, SecretTensor x, SecretTensor y) {
    SecretTensor difference = b.subtract(y, x);
    SecretBits xIsLarger = b.negative(difference);
    return b.subtract(y, b.select(xIsLarger, difference));
  }
}
