package io.consilium.protocols.rep3;

import static io.consilium.protocols.ComputeParty.P0;
import static io.consilium.protocols.ComputeParty.P1;
import static io.consilium.protocols.ComputeParty.P2;

import io.consilium.protocols.CostTable;
import io.consilium.protocols.prf.Purpose;
import io.consilium.protocols.transport.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Generate and propagate bits of the sum of two private numbers, by one-hot blocks.
 *
 * <p>P1 knows c, P0 and P2 know r; the value is c + r ("split into two summands", ABY3, section
 * 5.3). The low bits are cut into blocks. For a block of c, P1 shares the vector that is one at the
 * block's value; whoever knows the block of r picks from it, with q = 2^p - 1 - r mod 2^p and v the
 * value of c mod 2^p,
 *
 * <pre>generate = [v > q],  propagate = [v = q]</pre>
 *
 * as linear combinations, so both are additively shared between P0 and P2 without a message. One
 * exchange of masked bits between P0 and P2 makes them replicated.
 *
 * <p>Rounds: 2. Bits per element: 2^k - 1 for a block of k bits, 2 per output. Security: passive,
 * one of three; the one-hot vector is masked under the key of share 1, the exchange under those of
 * shares 1 and 2. Every step runs on bit planes: no branch and no index depends on c or r. Leaks:
 * lengths.
 */
final class OneHotCarry {
  private static final int ONE_HOT = 0;
  private static final int FROM_P0 = 1;
  private static final int FROM_P2 = 2;

  private final Rep3Session session;

  OneHotCarry(Rep3Session session) {
    this.session = session;
  }

  /**
   * A wanted pair: the carry out of the lowest {@code bits} bits of a block, and whether a carry
   * into the block would run through them.
   */
  record Output(int block, int bits, boolean propagate) {}

  /** The bits made: generate and propagate per output in order, and the shared top bit of c. */
  record Result(List<Planes> generate, List<Planes> propagate, Planes topOfC, Planes bitsOfC) {
    @Override
    public String toString() {
      return "OneHotCarry.Result[***]";
    }
  }

  /**
   * Runs both rounds.
   *
   * @param planes this party's summand, plane after plane: c at P1, r at P0 and P2
   * @param carries how many low planes are cut into blocks; the plane behind them, if there is one,
   *     is the top bit, which P1 shares as well
   * @param words words of one plane
   */
  Result of(Step step, long[] planes, int carries, int words, List<Output> outputs) {
    boolean withTop = planes.length > carries * words;
    int hotPlanes = CostTable.oneHotPlanes(carries);
    int sharedPlanes = hotPlanes + (withTop ? 1 : 0);
    int converted = outputs.stream().mapToInt(o -> o.propagate() ? 2 : 1).sum();
    return switch (session.self()) {
      case P0 -> {
        long[] hot = session.mask(1, step, 0, Purpose.SIGN_ONE_HOT, sharedPlanes * words);
        long[] picked = pick(hot, planes, carries, words, outputs, converted, false);
        long[] t1 = session.mask(1, step, 0, Purpose.CONVERT_BITS, picked.length);
        xorInto(picked, t1);
        session.sendWords(P2, step, FROM_P0, picked);
        xorInto(picked, session.receiveWords(P2, step, FROM_P2, picked.length));
        yield result(new Planes(picked, t1), zeroAnd(hot), carries, words, outputs, withTop);
      }
      case P1 -> {
        long[] mask = session.mask(1, step, 0, Purpose.SIGN_ONE_HOT, sharedPlanes * words);
        long[] hot = oneHot(planes, carries, words, sharedPlanes);
        xorInto(hot, mask);
        session.sendWords(P2, step, ONE_HOT, hot);
        long[] t1 = session.mask(1, step, 0, Purpose.CONVERT_BITS, converted * words);
        long[] t2 = session.mask(2, step, 0, Purpose.CONVERT_BITS, converted * words);
        yield result(new Planes(t1, t2), new Planes(mask, hot), carries, words, outputs, withTop);
      }
      case P2 -> {
        long[] hot = session.receiveWords(P1, step, ONE_HOT, sharedPlanes * words);
        long[] picked = pick(hot, planes, carries, words, outputs, converted, true);
        long[] t2 = session.mask(2, step, 0, Purpose.CONVERT_BITS, picked.length);
        xorInto(picked, t2);
        session.sendWords(P0, step, FROM_P2, picked);
        xorInto(picked, session.receiveWords(P0, step, FROM_P0, picked.length));
        Planes shared = new Planes(hot, new long[hot.length]);
        yield result(new Planes(t2, picked), shared, carries, words, outputs, withTop);
      }
    };
  }

  /** P0 holds shares 0 and 1 of what P1 put in: share 0 is zero, share 1 the mask. */
  private static Planes zeroAnd(long[] mask) {
    return new Planes(new long[mask.length], mask);
  }

  private static void xorInto(long[] target, long[] other) {
    for (int i = 0; i < target.length; i++) {
      target[i] ^= other[i];
    }
  }

  /** P1's one-hot planes: for every block the entries 1 to 2^k - 1, then the top bit. */
  private static long[] oneHot(long[] c, int carries, int words, int planes) {
    long[] hot = new long[planes * words];
    long[] entries = new long[1 << CostTable.BLOCK_BITS];
    int blocks = CostTable.blocks(carries);
    for (int w = 0; w < words; w++) {
      int at = 0;
      for (int block = 0; block < blocks; block++) {
        int first = firstBit(block, carries);
        int bits = blockBits(block, carries);
        entries[0] = -1L;
        for (int bit = 0; bit < bits; bit++) {
          long plane = c[(first + bit) * words + w];
          for (int j = 0; j < 1 << bit; j++) {
            entries[j + (1 << bit)] = entries[j] & plane;
            entries[j] &= ~plane;
          }
        }
        for (int j = 1; j < 1 << bits; j++) {
          hot[at++ * words + w] = entries[j];
        }
      }
      if (at < planes) {
        hot[at * words + w] = c[carries * words + w];
      }
    }
    return hot;
  }

  /**
   * The linear combinations of shared one-hot entries that r picks; at P2 with the constant one.
   */
  private static long[] pick(
      long[] hot,
      long[] r,
      int carries,
      int words,
      List<Output> outputs,
      int converted,
      boolean withConstant) {
    long[] picked = new long[converted * words];
    long[] entries = new long[1 << CostTable.BLOCK_BITS];
    long[] sum = new long[1 << CostTable.BLOCK_BITS];
    long[] generate = new long[1 << CostTable.BLOCK_BITS];
    int[] hotPlane = hotPlaneOfBlocks(carries);
    long constant = withConstant ? -1L : 0;
    for (int w = 0; w < words; w++) {
      int at = 0;
      for (Output output : outputs) {
        int bits = blockBits(output.block(), carries);
        entries[0] = constant;
        for (int j = 1; j < 1 << bits; j++) {
          entries[j] = hot[(hotPlane[output.block()] + j - 1) * words + w];
          entries[0] ^= entries[j];
        }
        for (int half = (1 << bits) / 2; half >= 1 << output.bits(); half /= 2) {
          for (int j = 0; j < half; j++) {
            entries[j] ^= entries[j + half];
          }
        }
        int first = firstBit(output.block(), carries);
        int leaves = 1 << output.bits();
        System.arraycopy(entries, 0, sum, 0, leaves);
        Arrays.fill(generate, 0, leaves, 0);
        for (int bit = 0; bit < output.bits(); bit++) {
          // q is the complement of r: where its bit is set, the upper half of the pair is taken.
          long q = ~r[(first + bit) * words + w];
          leaves /= 2;
          for (int j = 0; j < leaves; j++) {
            int low = 2 * j;
            int high = 2 * j + 1;
            long left = generate[low] ^ sum[high];
            generate[j] = left ^ q & (left ^ generate[high]);
            sum[j] = sum[low] ^ sum[high];
            entries[j] = entries[low] ^ q & (entries[low] ^ entries[high]);
          }
        }
        picked[at++ * words + w] = generate[0];
        if (output.propagate()) {
          picked[at++ * words + w] = entries[0];
        }
      }
    }
    return picked;
  }

  private static Result result(
      Planes converted, Planes hot, int carries, int words, List<Output> outputs, boolean withTop) {
    List<Planes> generate = new ArrayList<>();
    List<Planes> propagate = new ArrayList<>();
    int at = 0;
    for (Output output : outputs) {
      generate.add(converted.plane(at++, words));
      propagate.add(
          output.propagate() ? converted.plane(at++, words) : new Planes(new long[0], new long[0]));
    }
    Planes top =
        withTop
            ? hot.plane(CostTable.oneHotPlanes(carries), words)
            : new Planes(new long[words], new long[words]);
    return new Result(generate, propagate, top, bitsOfC(hot, carries, words));
  }

  /** A bit of c is the sum of the one-hot entries that have it: linear, so it is shared already. */
  private static Planes bitsOfC(Planes hot, int carries, int words) {
    long[] own = new long[carries * words];
    long[] next = new long[carries * words];
    int[] hotPlane = hotPlaneOfBlocks(carries);
    for (int block = 0; block < CostTable.blocks(carries); block++) {
      int first = firstBit(block, carries);
      int bits = blockBits(block, carries);
      for (int j = 1; j < 1 << bits; j++) {
        int from = (hotPlane[block] + j - 1) * words;
        for (int bit = 0; bit < bits; bit++) {
          if ((j >>> bit & 1) != 0) {
            int to = (first + bit) * words;
            for (int w = 0; w < words; w++) {
              own[to + w] ^= hot.own()[from + w];
              next[to + w] ^= hot.next()[from + w];
            }
          }
        }
      }
    }
    return new Planes(own, next);
  }

  private static int[] hotPlaneOfBlocks(int carries) {
    int[] planes = new int[CostTable.blocks(carries)];
    for (int block = 1; block < planes.length; block++) {
      planes[block] = planes[block - 1] + (1 << blockBits(block - 1, carries)) - 1;
    }
    return planes;
  }

  /** The lowest block takes the bits that do not fill a block. */
  static int blockBits(int block, int carries) {
    return block == 0 ? CostTable.firstBlockBits(carries) : CostTable.BLOCK_BITS;
  }

  static int firstBit(int block, int carries) {
    return block == 0 ? 0 : CostTable.firstBlockBits(carries) + (block - 1) * CostTable.BLOCK_BITS;
  }
}
