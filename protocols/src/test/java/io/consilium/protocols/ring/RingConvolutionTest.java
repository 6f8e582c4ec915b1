package io.consilium.protocols.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Convolutions against the loops of their definition, and their gradients as adjoints: for all x, w
 * and g, the inner product of conv(x, w) and g is that of x and the input gradient and that of w
 * and the weight gradient.
 */
final class RingConvolutionTest {
  private static final long SEED = Long.getLong("seed", 20260801L);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  static List<TiledProduct> products() {
    return RingKernels.all().stream()
        .flatMap(kernel ->
            IntStream.of(1, 3)
                .mapToObj(threads -> new TiledProduct(kernel, new ComputeThreads(threads), 0)))
        .toList();
  }

  private static ConvolutionGeometry geometry(
      int batch, int in, int out, int groups, int[]... perDimension) {
    List<List<Integer>> lists = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int row = i;
      lists.add(
          IntStream.range(0, perDimension.length).mapToObj(d -> perDimension[d][row]).toList());
    }
    return new ConvolutionGeometry(
        batch,
        in,
        out,
        groups,
        lists.get(0),
        lists.get(1),
        lists.get(2),
        lists.get(3),
        lists.get(4));
  }

  /** Per dimension: size, kernel, stride, padding, dilation. */
  private static int[] dimension(int... values) {
    return values;
  }

  private static List<ConvolutionGeometry> chosenGeometries() {
    return List.of(
        geometry(1, 1, 1, 1, dimension(1, 1, 1, 0, 1)),
        geometry(2, 3, 5, 1, dimension(11, 3, 1, 0, 1)),
        geometry(2, 4, 6, 2, dimension(12, 3, 2, 1, 2)),
        geometry(2, 1, 20, 1, dimension(28, 5, 1, 0, 1), dimension(28, 5, 1, 0, 1)),
        geometry(1, 20, 50, 1, dimension(12, 5, 1, 0, 1), dimension(12, 5, 1, 0, 1)),
        geometry(2, 8, 8, 8, dimension(9, 3, 1, 1, 1), dimension(7, 3, 1, 1, 1)),
        geometry(3, 6, 9, 3, dimension(10, 3, 2, 1, 1), dimension(9, 2, 3, 2, 2)),
        geometry(2, 5, 7, 1, dimension(6, 1, 1, 0, 1), dimension(5, 1, 1, 0, 1)),
        geometry(2, 5, 7, 1, dimension(7, 1, 2, 0, 1), dimension(6, 1, 3, 1, 1)),
        geometry(1, 40, 66, 1, dimension(5, 3, 1, 1, 1), dimension(5, 3, 1, 1, 1)),
        geometry(0, 3, 2, 1, dimension(4, 2, 1, 0, 1), dimension(4, 2, 1, 0, 1)),
        geometry(2, 2, 3, 1, dimension(3, 2, 4, 5, 3), dimension(3, 3, 6, 4, 4)),
        geometry(
            2,
            2,
            4,
            2,
            dimension(5, 3, 2, 1, 1),
            dimension(6, 2, 1, 0, 2),
            dimension(7, 3, 3, 2, 1)),
        geometry(
            1,
            3,
            3,
            1,
            dimension(4, 2, 1, 1, 1),
            dimension(5, 3, 1, 1, 1),
            dimension(6, 3, 1, 1, 1)));
  }

  private ConvolutionGeometry randomGeometry() {
    int dimensions = random.nextInt(1, 4);
    int groups = random.nextInt(1, 4);
    int[][] sizes = new int[dimensions][];
    for (int d = 0; d < dimensions; d++) {
      int kernel = random.nextInt(1, 5);
      int dilation = random.nextInt(1, 4);
      int padding = random.nextInt(0, 4);
      int min = Math.max(1, dilation * (kernel - 1) + 1 - 2 * padding);
      int size = min + random.nextInt(0, dimensions == 3 ? 4 : 9);
      sizes[d] = dimension(size, kernel, random.nextInt(1, 5), padding, dilation);
    }
    return geometry(
        random.nextInt(1, 4),
        groups * random.nextInt(1, 5),
        groups * random.nextInt(1, 7),
        groups,
        sizes);
  }

  private List<ConvolutionGeometry> geometries() {
    List<ConvolutionGeometry> geometries = new ArrayList<>(chosenGeometries());
    for (int i = 0; i < 40; i++) {
      geometries.add(randomGeometry());
    }
    return geometries;
  }

  private long[] words(int count) {
    return random.longs(count).toArray();
  }

  private static long innerProduct(long[] x, long[] y) {
    long sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static int[] filledUp(List<Integer> values, int fill) {
    int[] three = {fill, fill, fill};
    for (int d = 0; d < values.size(); d++) {
      three[3 - values.size() + d] = values.get(d);
    }
    return three;
  }

  private static void addNaively(ConvolutionGeometry c, long[] x, long[] w, long[] z) {
    int[] size = filledUp(c.inputSize(), 1);
    int[] kernel = filledUp(c.kernelSize(), 1);
    int[] places = filledUp(c.outputSize(), 1);
    int in = c.inputChannels() / c.groups();
    int out = c.outputChannels() / c.groups();
    int at = 0;
    for (int n = 0; n < c.batch(); n++) {
      for (int o = 0; o < c.outputChannels(); o++) {
        for (int s = 0; s < places[0] * places[1] * places[2]; s++) {
          int[] place = {s / places[2] / places[1], s / places[2] % places[1], s % places[2]};
          for (int channel = 0; channel < in; channel++) {
            for (int t = 0; t < kernel[0] * kernel[1] * kernel[2]; t++) {
              int[] tap = {t / kernel[2] / kernel[1], t / kernel[2] % kernel[1], t % kernel[2]};
              int source = n * c.inputChannels() + o / out * in + channel;
              boolean inside = true;
              for (int d = 0; d < 3; d++) {
                int y =
                    place[d] * filledUp(c.stride(), 1)[d]
                        + tap[d] * filledUp(c.dilation(), 1)[d]
                        - filledUp(c.padding(), 0)[d];
                inside &= 0 <= y && y < size[d];
                source = source * size[d] + y;
              }
              if (inside) {
                z[at] += x[source] * w[(o * in + channel) * kernel[0] * kernel[1] * kernel[2] + t];
              }
            }
          }
          at++;
        }
      }
    }
  }

  private static String describe(TiledProduct tiled, ConvolutionGeometry geometry) {
    return "%s on %d threads, %s, -Dseed=%d"
        .formatted(tiled.kernel().label(), tiled.threads().count(), geometry, SEED);
  }

  @ParameterizedTest
  @MethodSource("products")
  void agreesWithTheLoopsOfTheDefinition(TiledProduct tiled) {
    for (ConvolutionGeometry geometry : geometries()) {
      long[] x = words(geometry.inputElements());
      long[] w = words(geometry.weightElements());
      long[] z = words(geometry.outputElements());
      long[] expected = z.clone();
      addNaively(geometry, x, w, expected);

      tiled.multiplyAdd(new Convolution(geometry).forward(new Factors.Plain<>(w, x), z).products());

      assertThat(z).as(describe(tiled, geometry)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("products")
  void gradientsAreTheAdjoints(TiledProduct tiled) {
    for (ConvolutionGeometry geometry : geometries()) {
      long[] x = words(geometry.inputElements());
      long[] w = words(geometry.weightElements());
      long[] g = words(geometry.outputElements());
      long[] z = new long[geometry.outputElements()];
      addNaively(geometry, x, w, z);
      long[] inputStart = words(x.length);
      long[] weightStart = words(w.length);
      long[] inputGradient = inputStart.clone();
      long[] weightGradient = weightStart.clone();
      Convolution convolution = new Convolution(geometry);

      tiled.multiplyAdd(
          convolution.inputGradient(new Factors.Plain<>(w, g), inputGradient).products());
      tiled.multiplyAdd(
          convolution.weightGradient(new Factors.Plain<>(g, x), weightGradient).products());

      assertThat(innerProduct(x, inputGradient) - innerProduct(x, inputStart))
          .as("input gradient, " + describe(tiled, geometry))
          .isEqualTo(innerProduct(z, g));
      assertThat(innerProduct(w, weightGradient) - innerProduct(w, weightStart))
          .as("weight gradient, " + describe(tiled, geometry))
          .isEqualTo(innerProduct(z, g));
    }
  }

  @Test
  void gradientsMatchTheDefinitionElementByElement() {
    for (ConvolutionGeometry geometry : geometries().subList(0, 30)) {
      long[] x = words(geometry.inputElements());
      long[] w = words(geometry.weightElements());
      long[] g = words(geometry.outputElements());
      long[] inputGradient = new long[x.length];
      long[] weightGradient = new long[w.length];

      RingConvolution.inputGradient(geometry, w, g, inputGradient);
      RingConvolution.weightGradient(geometry, x, g, weightGradient);

      for (int trial = 0; trial < 5 && x.length > 0; trial++) {
        int i = random.nextInt(x.length);
        long[] unit = new long[x.length];
        unit[i] = 1;
        long[] z = new long[g.length];
        addNaively(geometry, unit, w, z);
        assertThat(inputGradient[i]).as(geometry + " " + SEED).isEqualTo(innerProduct(z, g));
        i = random.nextInt(w.length);
        unit = new long[w.length];
        unit[i] = 1;
        z = new long[g.length];
        addNaively(geometry, x, unit, z);
        assertThat(weightGradient[i]).as(geometry + " " + SEED).isEqualTo(innerProduct(z, g));
      }
    }
  }

  @Test
  void replicatedFormsAddTheThreeProductsOfTheHolder() {
    for (ConvolutionGeometry geometry : geometries()) {
      long[][] x = {words(geometry.inputElements()), words(geometry.inputElements())};
      long[][] w = {words(geometry.weightElements()), words(geometry.weightElements())};
      long[][] g = {words(geometry.outputElements()), words(geometry.outputElements())};
      long[] output = words(g[0].length);
      long[] input = words(x[0].length);
      long[] weights = words(w[0].length);
      long[] expectedOutput = output.clone();
      long[] expectedInput = input.clone();
      long[] expectedWeights = weights.clone();
      for (int[] pair : new int[][] {{0, 0}, {0, 1}, {1, 0}}) {
        RingConvolution.forward(geometry, x[pair[0]], w[pair[1]], expectedOutput);
        RingConvolution.inputGradient(geometry, w[pair[0]], g[pair[1]], expectedInput);
        RingConvolution.weightGradient(geometry, x[pair[0]], g[pair[1]], expectedWeights);
      }

      RingConvolution.replicatedForward(geometry, x[0], x[1], w[0], w[1], output);
      RingConvolution.replicatedInputGradient(geometry, w[0], w[1], g[0], g[1], input);
      RingConvolution.replicatedWeightGradient(geometry, x[0], x[1], g[0], g[1], weights);

      String name = geometry + ", -Dseed=" + SEED;
      assertThat(output).as(name).isEqualTo(expectedOutput);
      assertThat(input).as(name).isEqualTo(expectedInput);
      assertThat(weights).as(name).isEqualTo(expectedWeights);
    }
  }

  @Test
  void refusesArraysOfAnotherSize() {
    ConvolutionGeometry geometry = geometry(1, 2, 3, 1, dimension(5, 3, 1, 0, 1));

    assertThatThrownBy(
            () -> RingConvolution.forward(geometry, new long[9], new long[18], new long[9]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9")
        .hasMessageContaining("10");
    assertThatThrownBy(
            () -> RingConvolution.forward(geometry, new long[10], new long[18], new long[8]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8");
  }
}
