package io.consilium.protocols.rep3;

import io.consilium.protocols.CostTable;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * All bits of an arithmetic sharing: the sum of c at P1 and r at P0 and P2 in binary. One-hot
 * blocks give the carries inside every block, a Sklansky prefix tree the carries into the blocks,
 * and one layer of ANDs joins them.
 *
 * <p>Shape: [n] to width x n bits. Rounds: 3 and the depth of the tree, 6 for 32 bits. Security:
 * passive, one of three; see {@link OneHotCarry}. Leaks: n.
 */
final class ArithmeticToBits {
  private final Rep3Session session;
  private final BooleanProduct and;
  private final OneHotCarry blocks;
  private final CarryTree tree;

  ArithmeticToBits(Rep3Session session, BooleanProduct and) {
    this.session = session;
    this.and = and;
    this.blocks = new OneHotCarry(session);
    this.tree = new CarryTree(session, and);
  }

  /** The lowest bits of x, least significant first. */
  List<ReplicatedBits> of(ReplicatedTensor x, int width) {
    if (width < 2) {
      throw new IllegalArgumentException("bits are taken two or more at a time");
    }
    Step step = session.step(Opcode.BITS_OF);
    int carries = width - 1;
    List<OneHotCarry.Output> outputs = allPositions(carries);
    OneHotCarry.Request request = new OneHotCarry.Request(width, carries, 0, outputs);
    OneHotCarry.Result parts = blocks.of(step, SignBit.summand(session, x), request);
    List<Planes> carryInto = carries(parts, outputs, carries);

    List<ReplicatedBits> bits = new ArrayList<>();
    for (int j = 0; j < width; j++) {
      Planes sum = parts.sums().get(j);
      if (j > 0) {
        sum.add(carryInto.get(j - 1));
      }
      bits.add(new ReplicatedBits(x.size(), sum.own(), sum.next()));
    }
    return bits;
  }

  /** Entry j is the carry out of the lowest j + 1 bits. */
  private List<Planes> carries(
      OneHotCarry.Result parts, List<OneHotCarry.Output> outputs, int carries) {
    List<Planes> g = new ArrayList<>();
    List<Planes> p = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).bits() == OneHotCarry.blockBits(outputs.get(i).block(), carries)) {
        g.add(parts.generate().get(i));
        p.add(parts.propagate().get(i));
      }
    }
    List<Planes> outOfBlock = tree.prefixes(g, p);
    List<Planes> through = carriesThroughBlocks(parts, outputs, outOfBlock, carries);
    List<Planes> all = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < outputs.size(); i++) {
      OneHotCarry.Output output = outputs.get(i);
      if (output.bits() == OneHotCarry.blockBits(output.block(), carries)) {
        all.add(outOfBlock.get(output.block()));
      } else if (output.block() == 0) {
        all.add(parts.generate().get(i));
      } else {
        Planes carry = parts.generate().get(i);
        carry.add(through.get(at++));
        all.add(carry);
      }
    }
    return all;
  }

  /** propagate & carry into the block, for every position inside the upper blocks, in one round. */
  private List<Planes> carriesThroughBlocks(
      OneHotCarry.Result parts,
      List<OneHotCarry.Output> outputs,
      List<Planes> outOfBlock,
      int carries) {
    List<Planes> left = new ArrayList<>();
    List<Planes> right = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      OneHotCarry.Output output = outputs.get(i);
      boolean inside = output.bits() < OneHotCarry.blockBits(output.block(), carries);
      if (inside && output.block() > 0) {
        left.add(parts.propagate().get(i));
        right.add(outOfBlock.get(output.block() - 1));
      }
    }
    if (left.isEmpty()) {
      return List.of();
    }
    Planes products = and.of(Planes.concatenate(session, left), Planes.concatenate(session, right));
    int words = left.getFirst().own().length;
    List<Planes> through = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      through.add(products.plane(session, i, words));
    }
    return through;
  }

  private static List<OneHotCarry.Output> allPositions(int carries) {
    List<OneHotCarry.Output> outputs = new ArrayList<>();
    for (int block = 0; block < CostTable.blocks(carries); block++) {
      for (int bits = 1; bits <= OneHotCarry.blockBits(block, carries); bits++) {
        outputs.add(new OneHotCarry.Output(block, bits, block > 0));
      }
    }
    return outputs;
  }
}
