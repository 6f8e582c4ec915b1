package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.ring.BitPacking;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.ring.RingWidth;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.List;

/**
 * Division by 2^m rounded to nearest, exactly: what is released must be the documented function of
 * the secret (rule R5).
 *
 * <p>With c = x_1 + x_2 at P1 and r = x_0 at P0 and P2, after adding 2^(K-2) and half a unit,
 *
 * <pre>floor((c + r) / 2^m) = (c >> m) + (r >> m) + g - 2^(K-m) * w</pre>
 *
 * where g is the carry of the low m bits ({@link OneHotCarry}) and w the wrap around 2^K. Since the
 * sum is below 2^(K-1), w is the OR of the two top bits.
 *
 * <p>Rounds: 4 and the depth of the carry tree, or one less where the conversion of the carry
 * starts before the tree ends; 5 for 16 bits. Security: passive, one of three; P1's shifted summand
 * and its top bit are masked under the key of share 1. Right for codes from -2^(K-2) up to 2^(K-2)
 * - 2^(m-1), exclusive. Leaks: shape.
 */
final class ExactTruncation {
  private static final int SHIFTED = 16;
  private static final int TOP_OF_C = 17;
  private static final int U0 = 18;
  private static final int U2 = 19;
  private static final long[] NONE = {};

  private final Rep3Session session;
  private final OneHotCarry blocks;
  private final CarryTree tree;
  private final BitProduct bitProduct;
  private final int ring;
  private final long ringMask;

  ExactTruncation(Rep3Session session, BooleanProduct and, BitProduct product, RingWidth width) {
    this.session = session;
    this.blocks = new OneHotCarry(session);
    this.tree = new CarryTree(session, and);
    this.bitProduct = product;
    this.ring = width.bits();
    this.ringMask = width.mask();
  }

  /** The shares of the quotient without the carry of the low bits: shift and wrap. */
  private record Halves(long[] own, long[] next, long[] u2) {
    @Override
    public String toString() {
      return "Halves[***]";
    }
  }

  /** x / 2^m to the nearest; halves are rounded up. */
  ReplicatedTensor of(ReplicatedTensor x, int m) {
    Step step = session.step(Opcode.TRUNCATE_EXACT);
    long[] summand = summand(x, m);
    Halves halves =
        switch (session.self()) {
          case P0 -> startAsP0(step, summand, m);
          case P1 -> asP1(step, summand, m);
          case P2 -> asP2(step, summand, m);
        };
    OneHotCarry.Request request = new OneHotCarry.Request(m, m, m, SignBit.wholeBlocks(m));
    OneHotCarry.Result parts = blocks.of(step, summand, request);
    // u_2 travels beside the exchange of the blocks, so that it costs no round of its own.
    switch (session.self()) {
      case P0 -> addWrap(halves.own(), receive(step, U2, P2, m, summand.length), m);
      case P1 -> {}
      case P2 -> send(step, U2, P0, m, halves.u2());
    }
    Planes g = tree.carry(parts.generate(), parts.propagate());
    ReplicatedBits carry = new ReplicatedBits(x.size(), g.own(), g.next());
    return sum(x, halves, bitProduct.of(List.of(BitProduct.Factor.converted(carry))).getFirst(), m);
  }

  /** P1 adds the offset that makes the sum positive, and half a unit. */
  private long[] summand(ReplicatedTensor x, int m) {
    long[] plain = SignBit.summand(session, x);
    boolean adds = session.self() == P1;
    long added = adds ? (1L << (ring - 2)) + (1L << (m - 1)) : 0;
    long[] summand = new long[plain.length];
    for (int i = 0; i < summand.length; i++) {
      summand[i] = plain[i] + added & ringMask;
    }
    return summand;
  }

  /** Sends u_0 = b * alpha_0 - t_1, with b the top bit of r. Only u_2 is missing in share 0. */
  private Halves startAsP0(Step step, long[] r, int m) {
    long[] alpha0 = mask(1, step, Purpose.TRUNCATE_ALPHA, r.length);
    long[] t1 = mask(1, step, Purpose.TRUNCATE_T, r.length);
    long[] y1 = mask(1, step, Purpose.INPUT_SHARE, r.length);
    long[] y0 = new long[r.length];
    long[] u0 = new long[r.length];
    for (int i = 0; i < r.length; i++) {
      long b = r[i] >>> (ring - 1);
      u0[i] = b * alpha0[i] - t1[i];
      y0[i] = (r[i] >>> m) - (b - u0[i] << (ring - m));
      y1[i] -= alpha0[i] - t1[i] << (ring - m);
    }
    send(step, U0, P2, m, u0);
    return new Halves(y0, y1, NONE);
  }

  private void addWrap(long[] y0, long[] u2, int m) {
    for (int i = 0; i < y0.length; i++) {
      y0[i] += u2[i] << (ring - m);
    }
  }

  private Halves asP1(Step step, long[] c, int m) {
    long[] alpha0 = mask(1, step, Purpose.TRUNCATE_ALPHA, c.length);
    long[] t1 = mask(1, step, Purpose.TRUNCATE_T, c.length);
    long[] t2 = mask(2, step, Purpose.TRUNCATE_T, c.length);
    long[] y1 = mask(1, step, Purpose.INPUT_SHARE, c.length);
    long[] alpha2 = new long[c.length];
    long[] shifted = new long[c.length];
    long[] y2 = new long[c.length];
    for (int i = 0; i < c.length; i++) {
      alpha2[i] = (c[i] >>> (ring - 1)) - alpha0[i];
      shifted[i] = (c[i] >>> m) - y1[i];
      y1[i] -= alpha0[i] - t1[i] << (ring - m);
      y2[i] = shifted[i] - (alpha2[i] - t2[i] << (ring - m));
    }
    session.sendWords(P2, step, SHIFTED, shifted);
    send(step, TOP_OF_C, P2, m, alpha2);
    return new Halves(y1, y2, NONE);
  }

  private Halves asP2(Step step, long[] r, int m) {
    long[] shifted = session.receiveWords(P1, step, SHIFTED, r.length);
    long[] alpha2 = receive(step, TOP_OF_C, P1, m, r.length);
    long[] u0 = receive(step, U0, P0, m, r.length);
    long[] t2 = mask(2, step, Purpose.TRUNCATE_T, r.length);
    long[] u2 = new long[r.length];
    long[] y2 = new long[r.length];
    long[] y0 = new long[r.length];
    for (int i = 0; i < r.length; i++) {
      long b = r[i] >>> (ring - 1);
      u2[i] = b * alpha2[i] - t2[i];
      y2[i] = shifted[i] - (alpha2[i] - t2[i] << (ring - m));
      y0[i] = (r[i] >>> m) - (b - u0[i] - u2[i] << (ring - m));
    }
    return new Halves(y2, y0, u2);
  }

  /** Adds the carry and takes the offset away from share 0. */
  private ReplicatedTensor sum(ReplicatedTensor x, Halves halves, ReplicatedTensor carry, int m) {
    long[] own = RingVector.add(halves.own(), carry.own);
    long[] next = RingVector.add(halves.next(), carry.next);
    long shiftedOffset = 1L << (ring - 2 - m);
    long[] holder =
        switch (session.self()) {
          case P0 -> own;
          case P1 -> new long[own.length];
          case P2 -> next;
        };
    for (int i = 0; i < holder.length; i++) {
      holder[i] -= shiftedOffset;
    }
    return new ReplicatedTensor(x.type().shortened(m), own, next);
  }

  private long[] mask(int share, Step step, Purpose purpose, int count) {
    return session.mask(share, step, 0, purpose, count);
  }

  private void send(Step step, int part, ComputeParty to, int m, long[] elements) {
    session.send(to, new Message(step, part, m, elements.length), BitPacking.pack(elements, m));
  }

  private long[] receive(Step step, int part, ComputeParty from, int m, int count) {
    long[] words = session.receive(from, new Message(step, part, m, count));
    return BitPacking.unpack(words, count, m);
  }
}
