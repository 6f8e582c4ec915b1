package io.consilium.protocols.rep3;

import io.consilium.protocols.transport.Message;
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
    long[] z = session.words(words);
    long[] zNext = session.words(words);
    int longest = session.pieces().longest(words);
    long[] ownMask = session.words(longest);
    long[] nextMask = session.words(longest);
    Pieces pieces = session.pieces();
    for (int p = 0; p < pieces.count(words); p++) {
      int from = pieces.from(p);
      int count = pieces.size(p, words);
      crossTerms(x, y, z, from, from + count);
      session.xorZeroBits(step, from, z, count, ownMask, nextMask);
      session.send(session.self().previous(), message(step, p, count), z, from);
    }
    for (int p = 0; p < pieces.count(words); p++) {
      Message message = message(step, p, pieces.size(p, words));
      session.receive(session.self().next(), message, zNext, pieces.from(p));
    }
    return new Planes(z, zNext);
  }

  private static Message message(Step step, int piece, int count) {
    return Message.words(step, Rep3Session.part(piece, 0), count);
  }

  private static void crossTerms(Planes x, Planes y, long[] z, int from, int to) {
    long[] xOwn = x.own();
    long[] xNext = x.next();
    long[] yOwn = y.own();
    long[] yNext = y.next();
    for (int i = from; i < to; i++) {
      z[i] = xOwn[i] & (yOwn[i] ^ yNext[i]) ^ xNext[i] & yOwn[i];
    }
  }
}
