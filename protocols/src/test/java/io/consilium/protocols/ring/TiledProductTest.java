package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.ring.RingMatrix.View;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel on every number of threads against the triple loop, bit by bit. */
final class TiledProductTest {
  private static final long SEED = Long.getLong("seed", 20260731L);

  /** Around the sides of the register tiles and of the blocks. */
  private static final int[] EDGES = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513
  };

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  static List<TiledProduct> products() {
    return RingKernels.all().stream()
        .flatMap(kernel ->
            List.of(1, 2, 3, 7).stream()
                .map(threads -> new TiledProduct(kernel, new ComputeThreads(threads), 0)))
        .toList();
  }

  static List<ProductKernel> kernels() {
    return RingKernels.all();
  }

  private View matrix(int height, int width, boolean transposed) {
    long[] elements = random.longs((long) height * width).toArray();
    return transposed
        ? new View(elements, width, height, true)
        : new View(elements, height, width, false);
  }

  private View like(View x) {
    return new View(
        random.longs(x.elements().length).toArray(), x.rows(), x.columns(), x.transposed());
  }

  private static long at(View x, int i, int j) {
    return x.transposed() ? x.elements()[j * x.columns() + i] : x.elements()[i * x.columns() + j];
  }

  private static void addNaively(View x, View y, long[] z) {
    for (int i = 0; i < x.height(); i++) {
      for (int j = 0; j < y.width(); j++) {
        for (int k = 0; k < x.width(); k++) {
          z[i * y.width() + j] += at(x, i, k) * at(y, k, j);
        }
      }
    }
  }

  private static void addTo(TiledProduct tiled, View[] factors, long[] z) {
    tiled.multiplyAdd(
        factors.length == 2
            ? RingMatrix.product(factors[0], factors[1], z)
            : RingMatrix.replicatedProduct(factors[0], factors[1], factors[2], factors[3], z));
  }

  private void agrees(TiledProduct tiled, int m, int k, int n, int form) {
    View x = matrix(m, k, (form & 1) != 0);
    View y = matrix(k, n, (form & 2) != 0);
    long[] z = random.longs((long) m * n).toArray();
    long[] expected = z.clone();
    addNaively(x, y, expected);

    addTo(tiled, new View[] {x, y}, z);

    assertThat(z).as(describe(tiled, m, k, n, form)).isEqualTo(expected);

    View xNext = like(x);
    View yNext = like(y);
    addNaively(x, y, expected);
    addNaively(x, yNext, expected);
    addNaively(xNext, y, expected);

    addTo(tiled, new View[] {x, xNext, y, yNext}, z);

    assertThat(z).as("replicated " + describe(tiled, m, k, n, form)).isEqualTo(expected);
  }

  private static String describe(TiledProduct tiled, int m, int k, int n, int form) {
    return "%s on %d threads, [%d,%d] x [%d,%d], form %d, -Dseed=%d"
        .formatted(tiled.kernel().label(), tiled.threads().count(), m, k, k, n, form, SEED);
  }

  @Test
  void findsTheKernelsOfTheVectorModule() {
    assertThat(RingKernels.available())
        .containsExactly("portable", "vector-pairs", "vector-multiply", "vector-two-pass");
  }

  @ParameterizedTest
  @MethodSource("products")
  void agreesAroundTheEdgesOfEveryBlock(TiledProduct tiled) {
    for (int edge : EDGES) {
      int form = random.nextInt(4);
      agrees(tiled, edge, 5, 18, form);
      agrees(tiled, 5, edge, 18, form);
      agrees(tiled, 5, 3, edge, form);
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void agreesOnSmallShapesInEveryTransposition(TiledProduct tiled) {
    for (int m : new int[] {0, 1, 2, 6, 19}) {
      for (int k : new int[] {0, 1, 2, 7, 18}) {
        for (int n : new int[] {0, 1, 3, 8, 21}) {
          for (int form = 0; form < 4; form++) {
            agrees(tiled, m, k, n, form);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void agreesOnRandomShapesOfSeveralBlocks(TiledProduct tiled) {
    for (int trial = 0; trial < 6; trial++) {
      agrees(
          tiled,
          random.nextInt(1, 150),
          random.nextInt(1, 600),
          random.nextInt(1, 150),
          random.nextInt(4));
    }
    agrees(tiled, 130, 300, 1030, 0);
  }
}
