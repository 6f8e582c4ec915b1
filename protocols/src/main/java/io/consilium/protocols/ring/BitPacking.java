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
    pack(elements, elements.length, width, words);
    return words;
  }

  /** Packs the lowest bits of the first elements into the first words of another array. */
  public static void pack(long[] elements, int count, int width, long[] words) {
    switch (width) {
      case Long.SIZE -> System.arraycopy(elements, 0, words, 0, count);
      case 32 -> pack32(elements, count, words);
      case 16 -> pack16(elements, count, words);
      default -> packAny(elements, 0, count, width, words);
    }
  }

  private static void pack32(long[] elements, int count, long[] words) {
    int pairs = count / 2;
    for (int w = 0; w < pairs; w++) {
      words[w] = elements[2 * w] & 0xFFFF_FFFFL | elements[2 * w + 1] << 32;
    }
    packAny(elements, 2 * pairs, count, 32, words);
  }

  private static void pack16(long[] elements, int count, long[] words) {
    int fours = count / 4;
    for (int w = 0; w < fours; w++) {
      int i = 4 * w;
      long low = elements[i] & 0xFFFFL | (elements[i + 1] & 0xFFFFL) << 16;
      words[w] = low | (elements[i + 2] & 0xFFFFL) << 32 | elements[i + 3] << 48;
    }
    packAny(elements, 4 * fours, count, 16, words);
  }

  /** From an element on that begins a word. */
  private static void packAny(long[] elements, int from, int count, int width, long[] words) {
    long mask = (1L << width) - 1;
    long gathered = 0;
    int filled = 0;
    int at = (int) ((long) from * width / Long.SIZE);
    for (int i = from; i < count; i++) {
      long bits = elements[i] & mask;
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
  }

  /** The elements of packed words, zero-extended. */
  public static long[] unpack(long[] words, int elements, int width) {
    if (width == Long.SIZE) {
      return words;
    }
    long[] unpacked = new long[elements];
    unpack(words, elements, width, unpacked);
    return unpacked;
  }

  /** The same into the first elements of an array. */
  public static void unpack(long[] words, int count, int width, long[] elements) {
    switch (width) {
      case Long.SIZE -> System.arraycopy(words, 0, elements, 0, count);
      case 32 -> unpack32(words, count, elements);
      case 16 -> unpack16(words, count, elements);
      default -> unpackAny(words, 0, count, width, elements);
    }
  }

  private static void unpack32(long[] words, int count, long[] elements) {
    int pairs = count / 2;
    for (int w = 0; w < pairs; w++) {
      long word = words[w];
      elements[2 * w] = word & 0xFFFF_FFFFL;
      elements[2 * w + 1] = word >>> 32;
    }
    unpackAny(words, 2 * pairs, count, 32, elements);
  }

  private static void unpack16(long[] words, int count, long[] elements) {
    int fours = count / 4;
    for (int w = 0; w < fours; w++) {
      long word = words[w];
      int i = 4 * w;
      elements[i] = word & 0xFFFFL;
      elements[i + 1] = word >>> 16 & 0xFFFFL;
      elements[i + 2] = word >>> 32 & 0xFFFFL;
      elements[i + 3] = word >>> 48;
    }
    unpackAny(words, 4 * fours, count, 16, elements);
  }

  private static void unpackAny(long[] words, int from, int count, int width, long[] elements) {
    long mask = (1L << width) - 1;
    long bit = (long) from * width;
    for (int i = from; i < count; i++, bit += width) {
      int word = (int) (bit >>> 6);
      int shift = (int) (bit & 63);
      long low = words[word] >>> shift;
      boolean split = shift + width > Long.SIZE;
      elements[i] = (split ? low | words[word + 1] << (Long.SIZE - shift) : low) & mask;
    }
  }
}
