package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ring.Patches.Source;
import io.consilium.protocols.ring.Patches.Window;
import org.junit.jupiter.api.Test;

final class TilePlanTest {
  private static Product product(int m, int k, int n) {
    return new Product(
        new MatrixOperand(new long[0], 0, k, m, 1, k),
        new MatrixOperand(new long[0], 0, k, n, n, 1),
        new MatrixResult(new long[0], 0, n));
  }

  @Test
  void coversEveryMultiplyAddOnce() {
    for (int m : new int[] {1, 16, 63, 65, 130}) {
      for (int k : new int[] {1, 255, 257, 1000}) {
        for (int n : new int[] {1, 17, 64, 129, 500}) {
          for (int threads : new int[] {1, 2, 3, 16}) {
            TilePlan plan = TilePlan.forThreads(product(m, k, n), threads);
            int[] cover = new int[m * n];
            for (int i = 0; i < plan.count(); i++) {
              cover(plan.tile(i), n, cover);
            }

            assertThat(cover).as("%s", plan).containsOnly(k);
          }
        }
      }
    }
  }

  private static void cover(Tile tile, int columns, int[] cover) {
    for (int i = tile.rowFrom(); i < tile.rowFrom() + tile.rows(); i++) {
      for (int j = tile.columnFrom(); j < tile.columnFrom() + tile.columns(); j++) {
        cover[i * columns + j] += tile.inner();
      }
    }
  }

  @Test
  void occupiesTheThreads() {
    assertThat(TilePlan.forThreads(product(1000, 1000, 1000), 2).count()).isGreaterThanOrEqualTo(4);
    assertThat(TilePlan.forThreads(product(20, 100_000, 25), 2).count()).isGreaterThanOrEqualTo(4);
    assertThat(TilePlan.forThreads(product(20, 100_000, 25), 2).overlaps()).isTrue();
    assertThat(TilePlan.forThreads(product(0, 10, 10), 2).count()).isZero();
    assertThat(TilePlan.whole(product(500, 10_000, 300)).count()).isOne();
  }

  @Test
  void partsOfSlicesFitIntoTheirBuffer() {
    for (int m = 1; m < 300; m += 7) {
      for (int n = 1; n < 300; n += 11) {
        for (int threads = 2; threads < 40; threads += 5) {
          TilePlan plan = TilePlan.forThreads(product(m, 5000, n), threads);
          if (plan.overlaps()) {
            assertThat(plan.rows() * plan.columns())
                .isLessThanOrEqualTo(TilePlan.SIDE_MIN * TilePlan.SIDE_MIN);
          }
        }
      }
    }
  }

  @Test
  void cutsPatchesOnlyBetweenChannelsAndBetweenImages() {
    Extent kernel = new Extent(1, 5, 5);
    Extent places = new Extent(1, 8, 8);
    Patches patches =
        new Patches(
            new Source(new long[0], 0, 30, 288, 2, 144, new Extent(1, 12, 12)),
            new Window(places, Extent.ONE, kernel, Extent.ONE, Extent.ZERO));
    Product product =
        new Product(
            new MatrixOperand(new long[0], 0, 50, 50, 1, 50),
            new MatrixOperand(new long[0], 0, 50, 30 * 64, 30 * 64, 1),
            new PatchResult(patches));

    TilePlan plan = TilePlan.forThreads(product, 4);

    assertThat(plan.count()).isGreaterThanOrEqualTo(8);
    assertThat(plan.rows() % 25).isZero();
    assertThat(plan.columns() % 64).isZero();
  }
}
