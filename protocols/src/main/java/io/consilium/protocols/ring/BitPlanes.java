package io.consilium.protocols.ring;

/**
 * Vectors of bits, 64 elements in a word: plane j holds bit j of every element. Bit i of word w of
 * a plane belongs to element 64w + i.
 */
public final class BitPlanes {
  private static final int HALF = Integer.SIZE;
  private static final long LOW = 0xFFFF_FFFFL;

  /** Words that are gathered together, so that every line of the cache is read once. */
  private static final int GATHERED = 8;

  private BitPlanes() {}

  /** Words of one plane over so many elements. */
  public static int words(int elements) {
    return (elements + Long.SIZE - 1) / Long.SIZE;
  }

  /** The lowest bits of every element, plane after plane. */
  public static long[] of(long[] elements, int width) {
    int words = words(elements.length);
    long[][] rows = new long[rows(width)][words];
    of(elements, 0, elements.length, width, rows);
    long[] planes = new long[width * words];
    for (int j = 0; j < width; j++) {
      System.arraycopy(rows[j], 0, planes, j * words, words);
    }
    return planes;
  }

  /**
   * How many arrays {@link #of(long[], int, int, int, long[][])} needs for planes of this width.
   */
  public static int rows(int width) {
    return width <= HALF ? HALF : Long.SIZE;
  }

  /**
   * The lowest bits of elements [from, from + count): bit j of all of them in array j.
   *
   * <p>Word w of the arrays is a matrix of bits of its own. All matrices are transposed side by
   * side, so that the compiler vectorises over them. Up to 32 bits, two elements share a word, and
   * two matrices of 32 x 32 are transposed as one.
   *
   * @param rows as many arrays as {@link #rows} says, of at least the words of a plane each
   */
  public static void of(long[] elements, int from, int count, int width, long[][] rows) {
    int whole = count / Long.SIZE;
    for (int w = 0; w < whole; w += GATHERED) {
      gather(elements, from, w, Math.min(w + GATHERED, whole), rows);
    }
    if (count % Long.SIZE != 0) {
      long[] last = new long[Long.SIZE];
      System.arraycopy(elements, from + whole * Long.SIZE, last, 0, count % Long.SIZE);
      gather(last, -whole * Long.SIZE, whole, whole + 1, rows);
    }
    int words = words(count);
    boolean halves = rows.length == HALF;
    long mask = halves ? 0x0000FFFF_0000FFFFL : 0x00000000_FFFFFFFFL;
    for (int j = rows.length / 2; j != 0; j >>>= 1, mask ^= mask << j) {
      for (int k = 0; k < rows.length; k = (k + j + 1) & ~j) {
        exchange(rows[k], rows[k + j], j, mask, words);
      }
    }
  }

  /** Words [w, end) of every row: element k of a word, and beside it k + 32 if it has a half. */
  private static void gather(long[] elements, int from, int w, int end, long[][] rows) {
    boolean halves = rows.length == HALF;
    for (int k = 0; k < rows.length; k++) {
      long[] row = rows[k];
      for (int g = w; g < end; g++) {
        int at = from + g * Long.SIZE + k;
        row[g] = halves ? elements[at] & LOW | elements[at + HALF] << HALF : elements[at];
      }
    }
  }

  /** Hacker's Delight, 7-3: the off-diagonal blocks of j x j bits change places. */
  private static void exchange(long[] upper, long[] lower, int j, long mask, int words) {
    for (int w = 0; w < words; w++) {
      long t = ((upper[w] >>> j) ^ lower[w]) & mask;
      upper[w] ^= t << j;
      lower[w] ^= t;
    }
  }

  /** The bits of one plane as integers 0 and 1. */
  public static long[] integers(long[] plane, int elements) {
    long[] integers = new long[elements];
    integers(plane, 0, elements, integers);
    return integers;
  }

  /**
   * Bits [from, from + count) of a plane as integers into the first elements of an array.
   *
   * @param from a multiple of 64
   */
  public static void integers(long[] plane, int from, int count, long[] integers) {
    int whole = count / Long.SIZE;
    for (int w = 0; w < whole; w++) {
      long word = plane[from / Long.SIZE + w];
      for (int i = 0; i < Long.SIZE; i++) {
        integers[w * Long.SIZE + i] = word >>> i & 1;
      }
    }
    for (int i = whole * Long.SIZE; i < count; i++) {
      integers[i] = plane[(from + i) / Long.SIZE] >>> (i & 63) & 1;
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
