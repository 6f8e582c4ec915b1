package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;

/** Order of secret values. Widths are those of {@link Backend#negative}. */
public final class Comparisons {
  /** Bits of a value in the default format: 31 and a sign. */
  public static final int WIDTH = 32;

  private Comparisons() {}

  /** x < y, element by element. Rounds and bytes: one sign. */
  public static SecretBits lessThan(Backend b, SecretTensor x, SecretTensor y, int width) {
    return b.negative(b.subtract(x, y), width);
  }
}
