package io.consilium.protocols.rep3;

import io.consilium.protocols.CostTable;
import io.consilium.protocols.ring.RingVector;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The sign bit by one-hot blocks: with c = x_1 + x_2 at P1 and r = x_0 at P0 and P2, both taken
 * modulo 2^l, the sign of x = c + r is the exclusive or of their top bits and the carry out of the
 * others.
 *
 * <p>Shape: [n] to n bits. Rounds: 2 and the depth of the carry tree, 5 for l = 32. Bits per
 * element: 176 for l = 32. Security: passive, one of three, whatever l; see {@link OneHotCarry}.
 * Right for codes in [-2^(l-1), 2^(l-1)). Leaks: n.
 */
final class SignBit {
  private final Rep3Session session;
  private final OneHotCarry blocks;
  private final CarryTree tree;

  SignBit(Rep3Session session, BooleanProduct and) {
    this.session = session;
    this.blocks = new OneHotCarry(session);
    this.tree = new CarryTree(session, and);
  }

  /** The top bit of x modulo 2^width. */
  ReplicatedBits of(ReplicatedTensor x, int width) {
    if (width == 1) {
      throw new IllegalArgumentException("a sign needs at least two bits");
    }
    Step step = session.step(Opcode.SIGN);
    int top = width - 1;
    OneHotCarry.Request request = new OneHotCarry.Request(width, top, top, wholeBlocks(top));
    OneHotCarry.Result parts = blocks.of(step, summand(session, x), request);
    Planes sign = tree.carry(parts.generate(), parts.propagate());
    sign.add(parts.sums().getFirst());
    return new ReplicatedBits(x.size(), sign.own(), sign.next());
  }

  /** This party's summand: c = x_1 + x_2 at P1, r = x_0 at the others. */
  static long[] summand(Rep3Session session, ReplicatedTensor x) {
    return switch (session.self()) {
      case P0 -> x.own;
      case P1 -> {
        long[] sum = session.words(x.size());
        RingVector.add(x.own, x.next, sum);
        yield sum;
      }
      case P2 -> x.next;
    };
  }

  /** One output a block, over all its bits; the lowest needs no propagate bit. */
  static List<OneHotCarry.Output> wholeBlocks(int carries) {
    List<OneHotCarry.Output> outputs = new ArrayList<>();
    for (int block = 0; block < CostTable.blocks(carries); block++) {
      outputs.add(new OneHotCarry.Output(block, OneHotCarry.blockBits(block, carries), block > 0));
    }
    return outputs;
  }
}
