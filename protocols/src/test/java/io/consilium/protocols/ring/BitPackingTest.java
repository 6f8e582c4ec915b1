package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Packing against a bit set, for every width and around the ends of words. */
final class BitPackingTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final int[] SIZES = {0, 1, 2, 3, 63, 64, 65, 127, 128, 129, 1000};

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  @Test
  void packsTheLowestBitsWithoutGaps() {
    for (int width = 1; width <= Long.SIZE; width++) {
      for (int size : SIZES) {
        long[] elements = random.longs(size).toArray();
        BitSet expected = new BitSet();
        for (int i = 0; i < size; i++) {
          for (int bit = 0; bit < width; bit++) {
            expected.set(i * width + bit, (elements[i] >>> bit & 1) != 0);
          }
        }

        long[] packed = BitPacking.pack(elements, width);

        assertThat(packed).hasSize((size * width + 63) / 64);
        assertThat(BitSet.valueOf(packed)).as("%d x %d bits", size, width).isEqualTo(expected);
      }
    }
  }

  @Test
  void unpacksWhatItPacked() {
    for (int width = 1; width <= Long.SIZE; width++) {
      long mask = -1L >>> (Long.SIZE - width);
      for (int size : SIZES) {
        long[] elements = random.longs(size).toArray();
        long[] lowest = Arrays.stream(elements).map(e -> e & mask).toArray();

        long[] unpacked = BitPacking.unpack(BitPacking.pack(elements, width), size, width);

        assertThat(unpacked).as("%d x %d bits", size, width).isEqualTo(lowest);
      }
    }
  }

  @Test
  void countsWordsWithoutOverflow() {
    assertThat(BitPacking.words(1 << 26, 63)).isEqualTo(63 << 20);
    assertThat(BitPacking.words(0, 5)).isZero();
  }
}
