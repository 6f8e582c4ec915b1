package io.consilium.protocols.ring;

/** Elements of fewer than 64 bits, one behind the other without gaps, little endian. */
public final class BitPacking {
  private BitPacking() {}

  /** Words that hold so many packed elements. */
  public static int words(int elements, int width) {
    return Math.toIntExact(((long) elements * width + Long.SIZE - 1) / Long.SIZE);
  }

  /** Packs the lowest bits of every element. */
  public static long[] pack(long[] elements, int width) {
    if (width == Long.SIZE) {
      return elements;
    }
    long[] words = new long[words(elements.length, width)];
    long mask = (1L << width) - 1;
    long gathered = 0;
    int filled = 0;
    int at = 0;
    for (long element : elements) {
      long bits = element & mask;
      gathered |= bits << filled;
      filled += width;
      if (filled >= Long.SIZE) {
        words[at++] = gathered;
        filled -= Long.SIZE;
        gathered = filled == 0 ? 0 : bits >>> (width - filled);
      }
    }
    if (filled > 0) {
      words[at] = gathered;
    }
    return words;
  }

  /** The elements of packed words, zero-extended. */
  public static long[] unpack(long[] words, int elements, int width) {
    if (width == Long.SIZE) {
      return words;
    }
    long[] unpacked = new long[elements];
    long mask = (1L << width) - 1;
    long bit = 0;
    for (int i = 0; i < elements; i++, bit += width) {
      int word = (int) (bit >>> 6);
      int shift = (int) (bit & 63);
      long low = words[word] >>> shift;
      boolean split = shift + width > Long.SIZE;
      unpacked[i] = (split ? low | words[word + 1] << (Long.SIZE - shift) : low) & mask;
    }
    return unpacked;
  }
}
