package io.consilium.protocols.rep3;

import io.consilium.protocols.CostTable;
import io.consilium.protocols.ring.BitPlanes;
import java.util.Arrays;

/**
 * The local arithmetic of {@link OneHotCarry} on one piece: from a summand to its planes, from c to
 * one-hot vectors, and from shared one-hot vectors and r to the picked bits.
 *
 * <p>Every plane is an array of its own and every loop runs over equal indices, since the compiler
 * vectorises those. A flat array of planes, as it is sent, has plane after plane.
 */
final class OneHotBlocks {
  private static final int ENTRIES = 1 << CostTable.BLOCK_BITS;

  private final OneHotCarry.Request request;
  private final int[] hotPlaneOfBlock;
  private final long[][] planes;
  private final long[][] entries;
  private final long[][] sums;
  private final long[][] generate;
  private final long[] q;
  private final int topPlane;

  /**
   * Buffers for pieces of up to so many words a plane, from the session's arena.
   *
   * @param words words of a plane of the longest piece
   */
  OneHotBlocks(Rep3Session session, OneHotCarry.Request request, int words) {
    this.request = request;
    this.hotPlaneOfBlock = hotPlanes(request.carries());
    this.topPlane = CostTable.oneHotPlanes(request.carries());
    this.planes = arrays(session, BitPlanes.rows(request.width()), words);
    this.entries = arrays(session, ENTRIES, words);
    this.sums = arrays(session, ENTRIES, words);
    this.generate = arrays(session, ENTRIES / 2, words);
    this.q = session.words(words);
  }

  private static long[][] arrays(Rep3Session session, int count, int words) {
    long[][] arrays = new long[count][];
    Arrays.setAll(arrays, _ -> session.words(words));
    return arrays;
  }

  private static int[] hotPlanes(int carries) {
    int[] first = new int[CostTable.blocks(carries)];
    for (int block = 1; block < first.length; block++) {
      first[block] = first[block - 1] + (1 << OneHotCarry.blockBits(block - 1, carries)) - 1;
    }
    return first;
  }

  /** Takes elements [from, from + count) of a summand. */
  void load(long[] summand, int from, int count) {
    BitPlanes.of(summand, from, count, request.width(), planes);
  }

  /** P1's one-hot planes: for every block the entries 1 to 2^k - 1, then the top bit. */
  void oneHot(int words, long[] hot) {
    for (int block = 0; block < hotPlaneOfBlock.length; block++) {
      int first = OneHotCarry.firstBit(block, request.carries());
      int bits = OneHotCarry.blockBits(block, request.carries());
      Arrays.fill(entries[0], 0, words, -1L);
      for (int bit = 0; bit < bits; bit++) {
        for (int j = 0; j < 1 << bit; j++) {
          split(entries[j], planes[first + bit], entries[j + (1 << bit)], words);
        }
      }
      for (int j = 1; j < 1 << bits; j++) {
        int plane = hotPlaneOfBlock[block] + j - 1;
        System.arraycopy(entries[j], 0, hot, plane * words, words);
      }
    }
    if (request.width() > request.carries()) {
      System.arraycopy(planes[request.carries()], 0, hot, topPlane * words, words);
    }
  }

  /** What has the bit goes to {@code with}, the rest stays. */
  private static void split(long[] entry, long[] plane, long[] with, int words) {
    for (int w = 0; w < words; w++) {
      with[w] = entry[w] & plane[w];
      entry[w] &= ~plane[w];
    }
  }

  /**
   * The linear combinations of shared one-hot entries that r picks; at P2 with the constant one.
   */
  void pick(long[] hot, int words, long[] picked, boolean withConstant) {
    int at = 0;
    for (OneHotCarry.Output output : request.outputs()) {
      int bits = OneHotCarry.blockBits(output.block(), request.carries());
      entriesOf(output.block(), bits, hot, words, withConstant);
      for (int half = (1 << bits) / 2; half >= 1 << output.bits(); half /= 2) {
        for (int j = 0; j < half; j++) {
          xor(entries[j], entries[j + half], words);
        }
      }
      choose(output, words);
      System.arraycopy(generate[0], 0, picked, at++ * words, words);
      if (output.propagate()) {
        System.arraycopy(entries[0], 0, picked, at++ * words, words);
      }
    }
  }

  private void entriesOf(int block, int bits, long[] hot, int words, boolean withConstant) {
    Arrays.fill(entries[0], 0, words, withConstant ? -1L : 0);
    for (int j = 1; j < 1 << bits; j++) {
      System.arraycopy(hot, (hotPlaneOfBlock[block] + j - 1) * words, entries[j], 0, words);
      xor(entries[0], entries[j], words);
    }
  }

  /**
   * Halves the entries bit by bit. Per pair: the entry that q picks, the sum of both, and the sum
   * of what lies above the picked entry.
   */
  private void choose(OneHotCarry.Output output, int words) {
    int first = OneHotCarry.firstBit(output.block(), request.carries());
    int pairs = 1 << output.bits() - 1;
    // q is the complement of r: where its bit is set, the upper half of the pair is taken.
    not(planes[first], q, words);
    for (int j = 0; j < pairs; j++) {
      chooseFirst(entries[2 * j], entries[2 * j + 1], q, generate[j], sums[j], entries[j], words);
    }
    for (int bit = 1; bit < output.bits(); bit++) {
      not(planes[first + bit], q, words);
      pairs /= 2;
      for (int j = 0; j < pairs; j++) {
        chooseSum(generate[2 * j], generate[2 * j + 1], sums[2 * j + 1], q, generate[j], words);
        add(sums[2 * j], sums[2 * j + 1], sums[j], words);
        choosePicked(entries[2 * j], entries[2 * j + 1], q, entries[j], words);
      }
    }
  }

  /** Above the picked entry lies the upper one, where the lower one is picked. */
  private static void chooseFirst(
      long[] low, long[] high, long[] q, long[] above, long[] sum, long[] picked, int words) {
    for (int w = 0; w < words; w++) {
      long l = low[w];
      long h = high[w];
      long difference = l ^ h;
      above[w] = h & ~q[w];
      sum[w] = difference;
      picked[w] = l ^ q[w] & difference;
    }
  }

  private static void chooseSum(
      long[] low, long[] high, long[] sumOfHigh, long[] q, long[] above, int words) {
    for (int w = 0; w < words; w++) {
      long left = low[w] ^ sumOfHigh[w];
      above[w] = left ^ q[w] & (left ^ high[w]);
    }
  }

  private static void choosePicked(long[] low, long[] high, long[] q, long[] picked, int words) {
    for (int w = 0; w < words; w++) {
      picked[w] = low[w] ^ q[w] & (low[w] ^ high[w]);
    }
  }

  private static void add(long[] x, long[] y, long[] z, int words) {
    for (int w = 0; w < words; w++) {
      z[w] = x[w] ^ y[w];
    }
  }

  private static void xor(long[] target, long[] other, int words) {
    for (int w = 0; w < words; w++) {
      target[w] ^= other[w];
    }
  }

  private static void not(long[] x, long[] z, int words) {
    for (int w = 0; w < words; w++) {
      z[w] = ~x[w];
    }
  }

  /** A bit of c is the sum of the one-hot entries that have it: linear, so it is shared already. */
  void bitOfC(int bit, long[] hot, int words, long[] target, int at) {
    if (bit >= request.carries()) {
      System.arraycopy(hot, topPlane * words, target, at, words);
      return;
    }
    int block = blockOf(bit);
    int bitInBlock = bit - OneHotCarry.firstBit(block, request.carries());
    Arrays.fill(target, at, at + words, 0);
    for (int j = 1; j < 1 << OneHotCarry.blockBits(block, request.carries()); j++) {
      if ((j >>> bitInBlock & 1) != 0) {
        int from = (hotPlaneOfBlock[block] + j - 1) * words;
        for (int w = 0; w < words; w++) {
          target[at + w] ^= hot[from + w];
        }
      }
    }
  }

  private int blockOf(int bit) {
    int first = CostTable.firstBlockBits(request.carries());
    return bit < first ? 0 : 1 + (bit - first) / CostTable.BLOCK_BITS;
  }

  /** A bit of r, which the loaded summand is at P0 and P2. */
  void bitOfR(int bit, int words, long[] target, int at) {
    System.arraycopy(planes[bit], 0, target, at, words);
  }
}
