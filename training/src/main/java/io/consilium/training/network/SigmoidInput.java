package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.functions.Sigmoid;

/** A tensor times a public integer in the format that the sigmoid takes. */
final class SigmoidInput {
  private SigmoidInput() {}

  /** Rounds: 2, or none for few fraction bits. */
  static SecretTensor of(Backend b, SecretTensor x, long factor) {
    int excess = x.format().fractionBits() - Sigmoid.INPUT.fractionBits();
    SecretTensor scaled = b.multiply(x, factor);
    return excess > 0 ? b.truncate(scaled, excess) : b.widen(scaled, -excess);
  }
}
