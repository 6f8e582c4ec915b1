package io.consilium.protocols.rep3;

/**
 * How long vectors are cut: a piece is computed, masked and handed to the transport before the next
 * one is touched, so it stays in the cache, and the peers have work before the last one is ready.
 * Both ends cut alike, since the cut follows from the length alone.
 *
 * @param elementsMax a multiple of 128, so that packed elements and bit planes of a piece end with
 *     a whole word and masks begin at whole blocks
 */
record Pieces(int elementsMax) {
  /** Half a dozen arrays of 64 KiB fit the second-level cache; AES is at its best in such calls. */
  static final Pieces DEFAULT = new Pieces(1 << 13);

  private static final int ALIGNMENT = 128;

  Pieces {
    if (elementsMax <= 0 || elementsMax % ALIGNMENT != 0) {
      throw new IllegalArgumentException(elementsMax + " is not a multiple of " + ALIGNMENT);
    }
  }

  /** Of nothing there is one piece too: an empty message keeps the parties in step. */
  int count(int elements) {
    return elements == 0 ? 1 : (elements - 1) / elementsMax + 1;
  }

  int from(int piece) {
    return piece * elementsMax;
  }

  int size(int piece, int elements) {
    return Math.min(elementsMax, elements - from(piece));
  }

  /** The size of the longest piece, for buffers. */
  int longest(int elements) {
    return Math.min(elementsMax, elements);
  }
}
