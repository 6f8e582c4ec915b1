package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Bit planes against bits taken one by one. */
final class BitPlanesTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int[] SIZES = {0, 1, 2, 63, 64, 65, 127, 128, 129, 1000};

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private static long bit(long[] plane, int from, int index) {
    return plane[from + index / Long.SIZE] >>> index % Long.SIZE & 1;
  }

  @Test
  void planeJHoldsBitJOfEveryElement() {
    for (int size : SIZES) {
      long[] elements = random.longs(size).toArray();
      for (int width : new int[] {1, 2, 31, 32, 33, 63, 64}) {
        long[] planes = BitPlanes.of(elements, width);
        int words = BitPlanes.words(size);

        assertThat(planes).hasSize(width * words);
        for (int j = 0; j < width; j++) {
          for (int i = 0; i < words * Long.SIZE; i++) {
            long expected = i < size ? elements[i] >>> j & 1 : 0;
            assertThat(bit(planes, j * words, i)).isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void doesNotChangeTheElements() {
    long[] elements = random.longs(100).toArray();
    long[] copy = elements.clone();
    var _ = BitPlanes.of(elements, 64);

    assertThat(elements).isEqualTo(copy);
  }

  @Test
  void aPlaneBecomesIntegersAgain() {
    for (int size : SIZES) {
      long[] bits = random.longs(size, 0, 2).toArray();

      assertThat(BitPlanes.integers(BitPlanes.of(bits, 1), size)).isEqualTo(bits);
    }
  }

  @Test
  void theTransposeSwapsRowsAndColumnsAndUndoesItself() {
    long[] matrix = random.longs(Long.SIZE).toArray();
    long[] transposed = BitPlanes.of(matrix, Long.SIZE);

    for (int i = 0; i < Long.SIZE; i++) {
      for (int j = 0; j < Long.SIZE; j++) {
        assertThat(transposed[j] >>> i & 1).isEqualTo(matrix[i] >>> j & 1);
      }
    }
    assertThat(BitPlanes.of(transposed, Long.SIZE)).isEqualTo(matrix);
  }

  @Test
  void aSliceHoldsTheBitsFromTo() {
    int size = 200;
    long[] plane = random.longs(BitPlanes.words(size)).toArray();
    for (int from = 0; from <= size; from++) {
      for (int to = from; to <= size; to++) {
        long[] slice = BitPlanes.slice(plane, from, to);

        assertThat(slice.length).isEqualTo(BitPlanes.words(to - from));
        for (int i = 0; i < to - from; i++) {
          if (bit(slice, 0, i) != bit(plane, 0, from + i)) {
            throw new AssertionError("bit " + i + " of the slice " + from + " to " + to);
          }
        }
      }
    }
  }

  /** What lies behind the last element of a part is masks without meaning; it must not leak in. */
  @Test
  void appendingPutsPartsBehindEachOther() {
    for (int round = 0; round < 200; round++) {
      int[] sizes = random.ints(5, 0, 150).toArray();
      int total = Arrays.stream(sizes).sum();
      long[] joined = new long[BitPlanes.words(total)];
      long[] expected = new long[total];
      int at = 0;
      for (int size : sizes) {
        long[] part = random.longs(BitPlanes.words(size)).toArray();
        BitPlanes.append(joined, at, part, size);
        System.arraycopy(BitPlanes.integers(part, size), 0, expected, at, size);
        at += size;
      }

      assertThat(BitPlanes.integers(joined, total)).as("%s", sizes).isEqualTo(expected);
    }
  }

  @Test
  void slicesOfJoinedPartsAreTheParts() {
    long[] first = random.longs(2).toArray();
    long[] second = random.longs(2).toArray();
    long[] joined = new long[BitPlanes.words(177)];
    BitPlanes.append(joined, 0, first, 77);
    BitPlanes.append(joined, 77, second, 100);

    assertThat(BitPlanes.integers(BitPlanes.slice(joined, 77, 177), 100))
        .isEqualTo(BitPlanes.integers(second, 100));
    assertThat(BitPlanes.integers(BitPlanes.slice(joined, 0, 77), 77))
        .isEqualTo(BitPlanes.integers(first, 77));
  }
}
