package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Sums of columns against their definition, and the transpose as the adjoint. */
final class ColumnSumsTest {
  private static final long SEED = Long.getLong("seed", 20260801L);
  private static final RandomGenerator RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private static List<int[]> groups(int count, int columns) {
    List<int[]> groups = new ArrayList<>();
    for (int j = 0; j < count; j++) {
      groups.add(RANDOM.ints(RANDOM.nextInt(4), 0, columns).toArray());
    }
    return groups;
  }

  private static long[] applied(ColumnSums sums, int rows, long[]... parts) {
    long[] z = RANDOM.longs((long) rows * sums.sums()).toArray();
    sums.apply(List.of(parts), rows, z);
    return z;
  }

  @RepeatedTest(20)
  void addUpWhatTheGroupsList() {
    int rows = RANDOM.nextInt(1, 5);
    int columns = RANDOM.nextInt(1, 9);
    List<int[]> groups = groups(RANDOM.nextInt(1, 9), columns);
    long[] x = RANDOM.longs((long) rows * columns).toArray();

    long[] z = applied(ColumnSums.of(columns, groups), rows, x);

    for (int r = 0; r < rows; r++) {
      for (int j = 0; j < groups.size(); j++) {
        long expected = 0;
        for (int i : groups.get(j)) {
          expected += x[r * columns + i];
        }
        assertThat(z[r * groups.size() + j]).isEqualTo(expected);
      }
    }
  }

  /** <A x, y> = <x, A^T y>. */
  @RepeatedTest(20)
  void theTransposeIsTheAdjoint() {
    int rows = RANDOM.nextInt(1, 5);
    int columns = RANDOM.nextInt(1, 9);
    ColumnSums sums = ColumnSums.of(columns, groups(RANDOM.nextInt(1, 9), columns));
    long[] x = RANDOM.longs((long) rows * columns).toArray();
    long[] y = RANDOM.longs((long) rows * sums.sums()).toArray();

    assertThat(inner(applied(sums, rows, x), y))
        .isEqualTo(inner(x, applied(sums.transposed(), rows, y)));
    assertThat(sums.transposed().columns()).isEqualTo(sums.sums());
    assertThat(sums.transposed().sums()).isEqualTo(columns);
  }

  private static long inner(long[] x, long[] y) {
    long sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  @Test
  void partsLieSideBySide() {
    ColumnSums sums = ColumnSums.at(3, new int[] {2, 0, 1, 2});

    long[] z = applied(sums, 2, new long[] {1, 2, 3, 4}, new long[] {10, 20});

    assertThat(z).containsExactly(10, 1, 2, 10, 20, 3, 4, 20);
    assertThat(sums.longest()).isEqualTo(1);
  }

  /** As many indices as sums do not make a gathering. */
  @Test
  void anEmptyGroupIsZero() {
    ColumnSums sums = ColumnSums.of(2, List.of(new int[] {}, new int[] {0, 1}));

    assertThat(applied(sums, 1, new long[] {3, 4})).containsExactly(0, 7);
    assertThat(sums.longest()).isEqualTo(2);
  }

  @Test
  void refuseColumnsThatDoNotExist() {
    assertThatThrownBy(() -> ColumnSums.at(3, new int[] {0, 3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 3 of 3");
    assertThatThrownBy(() -> ColumnSums.of(3, List.of(new int[] {-1})))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
