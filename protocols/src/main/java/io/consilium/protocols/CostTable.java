package io.consilium.protocols;

import java.util.stream.IntStream;

/**
 * The declared cost of every instruction of the suite rep3, in payload bytes as they are sent: bit
 * vectors travel in whole words of 64 elements, narrow elements without gaps.
 *
 * <p>The suite, the clear reference and the planner add up the same table; tests compare it with
 * what the channels counted.
 */
public final class CostTable {
  /** Bits of one block of the one-hot carry. */
  public static final int BLOCK_BITS = 4;

  private CostTable() {}

  /** A private input: one ring element to the next party. */
  public static Cost input(long elements) {
    return new Cost(1, 8 * elements);
  }

  /** One element per party and output. Araki et al., CCS 2016. */
  public static Cost product(long outputs) {
    return new Cost(1, 24 * outputs);
  }

  /** TRUNC-4m: three messages, 2m + m + m bits per element. */
  public static Cost truncate(long[] elements, int[] bits) {
    long total = 0;
    for (int i = 0; i < bits.length; i++) {
      total += 4 * bytes(elements[i], bits[i]);
    }
    return new Cost(2, total);
  }

  /** Opening to all. */
  public static Cost open(long elements) {
    return new Cost(1, 24 * elements);
  }

  /** A digest of 32 bytes between the two holders of each share, both ways. */
  public static Cost compareShares() {
    return new Cost(1, 6 * 32);
  }

  /** One bit per party and element. */
  public static Cost and(long words) {
    return new Cost(1, 24 * words);
  }

  /** B2A-1 (three messages) and BITINJ (four), both of whole ring elements. */
  public static Cost bitProducts(long converted, long selected) {
    return new Cost(2, 24 * converted + 32 * selected);
  }

  /** WORD-B2A: bit j needs 64 - j bits; then one exchange of ring elements. */
  public static Cost wordToArithmetic(long elements, int width) {
    long bytes = 16 * elements;
    for (int j = 0; j < width; j++) {
      bytes += bytes(elements, Long.SIZE - j);
    }
    return new Cost(2, bytes);
  }

  /** Sign by one-hot blocks and a carry tree. */
  public static Cost negative(long elements, int width) {
    int blocks = blocks(width - 1);
    long planes = oneHotPlanes(width - 1) + 1 + 2L * (2L * blocks - 1);
    return new Cost(2 + treeDepth(blocks), 8 * words(elements) * (planes + 3L * treeAnds(blocks)));
  }

  /** All bits of an element: one-hot blocks, a prefix tree over blocks, one layer inside them. */
  public static Cost bitsOf(long elements, int width) {
    int carries = width - 1;
    int blocks = blocks(carries);
    long planes = oneHotPlanes(carries) + 1 + 2L * (2L * carries - firstBlockBits(carries));
    long ands = prefixAnds(blocks) + (BLOCK_BITS - 1L) * (blocks - 1);
    int rounds = 2 + treeDepth(blocks) + (blocks > 1 ? 1 : 0);
    return new Cost(rounds, 8 * words(elements) * (planes + 3 * ands));
  }

  /**
   * Exact rounding: P1's shifted summand (one ring element), the wrap (three messages of m bits),
   * the carry of the low m bits, and that bit to arithmetic.
   *
   * <p>In the carry tree a party waits for its next party only, so the chain of dependent messages
   * runs around the triangle. Unless the tree ends where it began, P0 is ready to convert the carry
   * one round before the last party is, and the conversion starts in the last round of the tree.
   */
  public static Cost truncateExactly(long elements, int bits) {
    int blocks = blocks(bits);
    long planes = oneHotPlanes(bits) + 2L * (2L * blocks - 1);
    int depth = treeDepth(blocks);
    return new Cost(
        2 + depth + 2 - (depth % 3 == 0 ? 0 : 1),
        8 * elements
            + 3 * bytes(elements, bits)
            + 8 * words(elements) * (planes + 3L * treeAnds(blocks))
            + 24 * elements);
  }

  /** The number of blocks that cover so many bits. */
  public static int blocks(int bits) {
    return (bits + BLOCK_BITS - 1) / BLOCK_BITS;
  }

  /** Bits of the lowest block, which takes what does not divide. */
  public static int firstBlockBits(int bits) {
    int rest = bits % BLOCK_BITS;
    return rest == 0 ? BLOCK_BITS : rest;
  }

  /** Planes of the one-hot vectors without their entries 0. */
  public static int oneHotPlanes(int bits) {
    return (blocks(bits) - 1) * ((1 << BLOCK_BITS) - 1) + (1 << firstBlockBits(bits)) - 1;
  }

  /** Levels of a binary tree over the blocks. */
  public static int treeDepth(int blocks) {
    return blocks <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(blocks - 1);
  }

  /** AND gates of the carry tree; the lowest spine needs no propagate bit. */
  public static int treeAnds(int blocks) {
    int ands = 0;
    for (int n = blocks; n > 1; n = (n + 1) / 2) {
      ands += n / 2 + (n / 2 - 1);
    }
    return ands;
  }

  /**
   * AND gates of a Sklansky prefix tree over the blocks; the first column needs no propagate bit.
   */
  public static int prefixAnds(int blocks) {
    int ands = 0;
    for (int span = 1; span < blocks; span *= 2) {
      int step = span;
      int combined = (int) IntStream.range(0, blocks).filter(b -> (b & step) != 0).count();
      int lowest =
          (int) IntStream.range(0, Math.min(blocks, 2 * step)).filter(b -> (b & step) != 0).count();
      ands += 2 * combined - lowest;
    }
    return ands;
  }

  /** Words of a bit plane. */
  public static long words(long elements) {
    return (elements + Long.SIZE - 1) / Long.SIZE;
  }

  /** Bytes of packed elements. */
  public static long bytes(long elements, int elementBits) {
    return (elements * elementBits + 7) / 8;
  }
}
