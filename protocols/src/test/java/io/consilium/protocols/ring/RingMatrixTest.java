package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Matrix products against sums of big integers, in every transposition. */
final class RingMatrixTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private static long at(RingMatrix.View x, int i, int j) {
    return x.transposed() ? x.elements()[j * x.columns() + i] : x.elements()[i * x.columns() + j];
  }

  private static long[] naive(RingMatrix.View x, RingMatrix.View y, long[] z) {
    long[] sum = z.clone();
    for (int i = 0; i < x.height(); i++) {
      for (int j = 0; j < y.width(); j++) {
        BigInteger entry = BigInteger.valueOf(sum[i * y.width() + j]);
        for (int k = 0; k < x.width(); k++) {
          entry =
              entry.add(BigInteger.valueOf(at(x, i, k)).multiply(BigInteger.valueOf(at(y, k, j))));
        }
        sum[i * y.width() + j] = entry.longValue();
      }
    }
    return sum;
  }

  private RingMatrix.View matrix(int height, int width, boolean transposed) {
    long[] elements = random.longs((long) height * width).toArray();
    return transposed
        ? new RingMatrix.View(elements, width, height, true)
        : new RingMatrix.View(elements, height, width, false);
  }

  @Test
  void multipliesEveryShapeInEveryTransposition() {
    int[] sizes = {0, 1, 2, 3, 7, 17};
    for (int m : sizes) {
      for (int k : sizes) {
        for (int n : sizes) {
          for (int form = 0; form < 4; form++) {
            RingMatrix.View x = matrix(m, k, (form & 1) != 0);
            RingMatrix.View y = matrix(k, n, (form & 2) != 0);
            long[] z = random.longs((long) m * n).toArray();
            long[] expected = naive(x, y, z);

            RingMatrix.multiplyAdd(x, y, z);

            assertThat(z).as("[%d,%d] x [%d,%d], form %d", m, k, k, n, form).isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void replicatedFormAddsTheThreeProductsOfTheHolder() {
    int[] sizes = {0, 1, 2, 5, 18};
    for (int m : sizes) {
      for (int k : sizes) {
        for (int n : sizes) {
          for (int form = 0; form < 4; form++) {
            RingMatrix.View[] x = {matrix(m, k, (form & 1) != 0), matrix(m, k, (form & 1) != 0)};
            RingMatrix.View[] y = {matrix(k, n, (form & 2) != 0), matrix(k, n, (form & 2) != 0)};
            long[] z = random.longs((long) m * n).toArray();
            long[] expected = naive(x[0], y[0], naive(x[0], y[1], naive(x[1], y[0], z)));

            RingMatrix.replicatedMultiplyAdd(x[0], x[1], y[0], y[1], z);

            assertThat(z)
                .as("[%d,%d] x [%d,%d], form %d, -Dseed=%d", m, k, k, n, form, SEED)
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void refusesArraysThatDoNotFit() {
    RingMatrix.View x = matrix(2, 3, false);
    RingMatrix.View y = matrix(3, 2, false);
    assertThatThrownBy(() -> RingMatrix.multiplyAdd(x, y, new long[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 elements, not 2 * 2");
    assertThatThrownBy(
            () -> RingMatrix.replicatedMultiplyAdd(x, matrix(3, 2, false), y, y, new long[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 * 3 and 3 * 2");
  }

  @Test
  void refusesInnerDimensionsThatDiffer() {
    assertThatThrownBy(
            () -> RingMatrix.multiplyAdd(matrix(2, 3, false), matrix(4, 2, false), new long[4]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 and 4");
  }
}
