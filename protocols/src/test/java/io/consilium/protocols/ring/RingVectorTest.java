package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RingVectorTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 64, 65, 1000})
  void worksElementByElement(int size) {
    long[] x = random.longs(size).toArray();
    long[] y = random.longs(size).toArray();
    long k = random.nextLong();

    assertThat(RingVector.subtract(RingVector.add(x, y), y)).isEqualTo(x);
    assertThat(RingVector.xor(RingVector.xor(x, y), y)).isEqualTo(x);
    long[] sums = RingVector.add(x, y);
    long[] multiples = RingVector.multiply(x, k);
    long[] products = RingVector.multiply(x, y);
    for (int i = 0; i < size; i++) {
      assertThat(sums[i]).isEqualTo(x[i] + y[i]);
      assertThat(multiples[i]).isEqualTo(x[i] * k);
      assertThat(products[i]).isEqualTo(x[i] * y[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"0,3", "1,1", "1,5", "5,1", "4,6", "7,3"})
  void rearrangesRowsAndColumns(int rows, int columns) {
    long[] x = random.longs((long) rows * columns).toArray();
    long[] transposed = RingVector.transpose(x, rows, columns);
    long[] sums = RingVector.sumRows(x, columns);
    int from = columns / 3;
    long[] part = RingVector.columns(x, columns, from, columns);

    assertThat(RingVector.transpose(transposed, columns, rows)).isEqualTo(x);
    for (int j = 0; j < columns; j++) {
      long sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += x[i * columns + j];
        assertThat(transposed[j * rows + i]).isEqualTo(x[i * columns + j]);
        if (j >= from) {
          assertThat(part[i * (columns - from) + j - from]).isEqualTo(x[i * columns + j]);
        }
      }
      assertThat(sums[j]).isEqualTo(sum);
    }
  }

  @Test
  void takesRowsInAnyOrderAndMoreThanOnce() {
    long[] x = {10, 11, 20, 21, 30, 31};

    assertThat(RingVector.rows(x, 2, new int[] {2, 0, 2})).containsExactly(30, 31, 10, 11, 30, 31);
    assertThat(RingVector.rows(x, 2, new int[0])).isEmpty();
  }

  @Test
  void slicesAndConcatenates() {
    long[] x = random.longs(20).toArray();
    List<long[]> parts =
        List.of(
            RingVector.slice(x, 0, 0),
            RingVector.slice(x, 0, 7),
            RingVector.slice(x, 7, 7),
            RingVector.slice(x, 7, 20));

    assertThat(RingVector.concatenate(parts)).isEqualTo(x);
    assertThat(RingVector.concatenate(List.of())).isEmpty();
  }
}
