package io.consilium.protocols.rep3;

import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;

/**
 * The AND of replicated bit vectors: the product of Araki et al., CCS 2016, over Z_2, 64 elements
 * in a word.
 *
 * <p>Rounds: 1. Bytes: 24 per word. Security: passive, one of three. Leaks: lengths.
 */
final class BooleanProduct {
  private final Rep3Session session;

  BooleanProduct(Rep3Session session) {
    this.session = session;
  }

  /** Words of both shares of the operands; returns the two shares of the result. */
  Planes of(Planes x, Planes y) {
    int words = x.own().length;
    Step step = session.step(Opcode.AND);
    long[] z = session.zeroBits(step, words);
    for (int i = 0; i < words; i++) {
      z[i] ^= x.own()[i] & (y.own()[i] ^ y.next()[i]) ^ x.next()[i] & y.own()[i];
    }
    session.sendWords(session.self().previous(), step, 0, z);
    return new Planes(z, session.receiveWords(session.self().next(), step, 0, words));
  }
}
