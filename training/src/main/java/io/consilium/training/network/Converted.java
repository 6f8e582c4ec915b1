package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;

/** A tensor in the format that a function takes. */
final class Converted {
  private Converted() {}

  /** Rounds: 2, or none for few fraction bits. */
  static SecretTensor to(Backend b, SecretTensor x, FixedPoint format) {
    int excess = x.format().fractionBits() - format.fractionBits();
    return excess > 0 ? b.truncate(x, excess) : b.widen(x, -excess);
  }
}
