package io.consilium.protocols.ring;

/**
 * Vectors of bits, 64 elements in a word: plane j holds bit j of every element. Bit i of word w of
 * a plane belongs to element 64w + i.
 */
public final class BitPlanes {
  private BitPlanes() {}

  /** Words of one plane over so many elements. */
  public static int words(int elements) {
    return (elements + Long.SIZE - 1) / Long.SIZE;
  }

  /** The lowest bits of every element, plane after plane. */
  public static long[] of(long[] elements, int width) {
    int words = words(elements.length);
    long[] planes = new long[width * words];
    long[] block = new long[Long.SIZE];
    for (int w = 0; w < words; w++) {
      int from = w * Long.SIZE;
      int present = Math.min(Long.SIZE, elements.length - from);
      System.arraycopy(elements, from, block, 0, present);
      java.util.Arrays.fill(block, present, Long.SIZE, 0);
      transpose(block);
      for (int j = 0; j < width; j++) {
        planes[j * words + w] = block[j];
      }
    }
    return planes;
  }

  /** The bits of one plane as integers 0 and 1. */
  public static long[] integers(long[] plane, int elements) {
    long[] integers = new long[elements];
    for (int i = 0; i < elements; i++) {
      integers[i] = plane[i >>> 6] >>> (i & 63) & 1;
    }
    return integers;
  }

  /** The transpose of a 64x64 bit matrix in place: bit j of word i becomes bit i of word j. */
  static void transpose(long[] a) {
    long mask = 0x00000000FFFFFFFFL;
    for (int j = 32; j != 0; j >>>= 1, mask ^= mask << j) {
      for (int k = 0; k < Long.SIZE; k = (k + j + 1) & ~j) {
        long t = ((a[k] >>> j) ^ a[k + j]) & mask;
        a[k] ^= t << j;
        a[k + j] ^= t;
      }
    }
  }

  /** The bits [from, to) of a plane, moved to the front. */
  public static long[] slice(long[] plane, int from, int to) {
    int words = words(to - from);
    long[] part = new long[words];
    int shift = from & 63;
    int first = from >>> 6;
    for (int w = 0; w < words; w++) {
      long low = plane[first + w] >>> shift;
      boolean more = shift != 0 && first + w + 1 < plane.length;
      part[w] = more ? low | plane[first + w + 1] << (Long.SIZE - shift) : low;
    }
    return part;
  }

  /** Writes so many bits of a plane behind the first {@code at} bits of another. */
  public static void append(long[] target, int at, long[] plane, int elements) {
    int shift = at & 63;
    int first = at >>> 6;
    int words = words(elements);
    for (int w = 0; w < words; w++) {
      int rest = elements - w * Long.SIZE;
      long word = rest >= Long.SIZE ? plane[w] : plane[w] & ((1L << rest) - 1);
      target[first + w] |= word << shift;
      if (shift != 0 && first + w + 1 < target.length) {
        target[first + w + 1] |= word >>> (Long.SIZE - shift);
      }
    }
  }
}
