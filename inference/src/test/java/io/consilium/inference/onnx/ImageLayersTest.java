package io.consilium.inference.onnx;

import static io.consilium.inference.onnx.TestNetwork.attribute;
import static io.consilium.inference.onnx.TestNetwork.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.consilium.inference.onnx.SecretRunTest.Prepared;
import io.consilium.inference.onnx.program.Convolution;
import io.consilium.inference.onnx.program.Gathered;
import io.consilium.inference.onnx.program.Largest;
import io.consilium.inference.onnx.program.MatrixProduct;
import io.consilium.inference.onnx.program.ModelRefused;
import io.consilium.inference.onnx.program.Program;
import io.consilium.inference.onnx.program.Value;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What networks of large images and volumes are made of. */
final class ImageLayersTest {
  /** From this number of elements on, weights stay in the file. */
  private static final int LARGE = 1 << 16;

  private static double[] random(int count) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(9);
    return random.doubles(count, -2, 2).toArray();
  }

  private static double[] inTheClear(TestNetwork network, double[] x) {
    return network.program().evaluate(List.of(x), (_, _) -> {}).getFirst();
  }

  private static void agreesOnShares(TestNetwork network) {
    Prepared p = SecretRunTest.prepared(network);
    double[] shares =
        new ThreeParties(4).run(b -> SecretRunTest.run(b, p)).results().getFirst().output();

    assertThat(shares).containsExactly(p.exact(), within(2e-3));
  }

  private static List<Value> of(Program program, Class<?> instruction) {
    return program.computed().stream()
        .filter(value -> instruction.isInstance(value.origin().orElseThrow()))
        .toList();
  }

  /** The largest of windows that overlap, row by row and then column by column. */
  @Test
  void poolsOverlappingWindowsAxisByAxis() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 1, 9, 8)
            .node(
                "MaxPool",
                "x",
                "y",
                attribute("kernel_shape", 3, 3),
                attribute("strides", 2, 2),
                attribute("pads", 1, 0, 0, 1))
            .output("y");
    double[] x = random(72);
    double[] expected = new double[16];
    Arrays.fill(expected, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < 16; i++) {
      for (int t = 0; t < 9; t++) {
        int row = i / 4 * 2 + t / 3 - 1;
        int column = i % 4 * 2 + t % 3;
        if (row >= 0 && column < 8) {
          expected[i] = Math.max(expected[i], x[row * 8 + column]);
        }
      }
    }

    assertThat(inTheClear(network, x)).containsExactly(expected);
    List<Value> pools = of(network.program(), Largest.class);
    assertThat(pools).hasSize(2);
    // Two of three for 9 rows of 4 windows, and two of three for 4 rows: 104, not 8 * 16 = 128.
    assertThat(pools.stream().mapToInt(pool -> 2 * pool.shape().size()).sum()).isEqualTo(104);
    agreesOnShares(network);
  }

  @Test
  void convolvesInTheClearAsOnnxDefinesIt() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 2, 4, 7, 6)
            .weights("w", 1, 6, 2, 3, 2)
            .weights("b", 1, 6)
            .node(
                "Conv",
                "x w b",
                "y",
                number("group", 2),
                attribute("strides", 2, 1),
                attribute("pads", 1, 2, 1, 2),
                attribute("dilations", 1, 2))
            .output("y");
    double[] x = random(2 * 4 * 7 * 6);
    Convolution conv =
        (Convolution) of(network.program(), Convolution.class).getFirst().origin().orElseThrow();
    double[] w = conv.weights().known().elements();
    double[] b = conv.bias().orElseThrow().known().elements();
    double[] expected = new double[2 * 6 * 4 * 8];
    for (int i = 0; i < expected.length; i++) {
      int column = i % 8;
      int row = i / 8 % 4;
      int filter = i / 32 % 6;
      int image = i / 192;
      expected[i] = b[filter];
      for (int t = 0; t < 12; t++) {
        int channel = filter / 3 * 2 + t / 6;
        int y = row * 2 + t / 2 % 3 - 1;
        int z = column + t % 2 * 2 - 2;
        if (y >= 0 && y < 7 && z >= 0 && z < 6) {
          expected[i] += w[filter * 12 + t] * x[((image * 4 + channel) * 7 + y) * 6 + z];
        }
      }
    }

    assertThat(inTheClear(network, x)).containsExactly(expected, within(1e-9));
    agreesOnShares(network);
  }

  /** A normalisation of what several layers made, as in a DenseNet. */
  @Test
  void normalisesChannelsWithoutAConvolutionBefore() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 2, 3, 2, 2)
            .reals("scale", 1.5f, -0.5f, 2)
            .reals("shift", 0.1f, -0.2f, 0.3f)
            .reals("mean", 0.2f, 0.1f, -0.1f)
            .reals("variance", 1, 0.25f, 4)
            .node("BatchNormalization", "x scale shift mean variance", "y")
            .output("y");
    double[] x = random(24);
    double[] scale = {1.5, -0.5, 2};
    double[] shift = {0.1, -0.2, 0.3};
    double[] mean = {0.2, 0.1, -0.1};
    double[] variance = {1, 0.25, 4};
    double[] expected = new double[24];
    for (int i = 0; i < 24; i++) {
      int c = i / 4 % 3;
      expected[i] = (x[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5) * scale[c] + shift[c];
    }

    assertThat(inTheClear(network, x)).containsExactly(expected, within(1e-6));
    assertThat(network.program().weights().stream().mapToInt(w -> w.shape().size()).sum())
        .as("one factor and one summand a channel")
        .isEqualTo(6);
    agreesOnShares(network);
  }

  /** Three dimensions, a step down and up again, and what was skipped beside it: a small U-Net. */
  @Test
  void aVolumeGoesDownAndUp() {
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, 1, 4, 4, 4)
            .weights("w1", 0.4, 2, 1, 3, 3, 3)
            .weights("w2", 0.4, 2, 3, 2, 2, 2)
            .weights("b2", 0.5, 3)
            .weights("w3", 0.4, 2, 5, 1, 1, 1)
            .node("Conv", "x w1", "a", attribute("pads", 1, 1, 1, 1, 1, 1))
            .node("Relu", "a", "skipped")
            .node(
                "MaxPool",
                "skipped",
                "down",
                attribute("kernel_shape", 2, 2, 2),
                attribute("strides", 2, 2, 2))
            .node("ConvTranspose", "down w2 b2", "up", attribute("strides", 2, 2, 2))
            .node("Concat", "skipped up", "both", number("axis", 1))
            .node("Conv", "both w3", "y")
            .output("y");

    assertThat(network.program().weights().stream().mapToInt(w -> w.shape().size()).sum())
        .as("a bias for each channel, not for each voxel")
        .isEqualTo(54 + 48 + 3 + 10);
    agreesOnShares(network);
  }

  /** Zeros behind the windows get the bias, too. */
  @Test
  void aTransposedConvolutionAddsItsBiasEverywhere() {
    double[] y =
        inTheClear(
            new TestNetwork()
                .input("x", 1, 1, 3)
                .tensor("w", List.of(1L, 1L, 3L), 1, 1, 1)
                .reals("b", 10)
                .node(
                    "ConvTranspose",
                    "x w b",
                    "y",
                    attribute("strides", 2),
                    attribute("output_shape", 8))
                .output("y"),
            new double[] {1, 2, 3});

    assertThat(y).containsExactly(new double[] {11, 11, 13, 12, 15, 13, 13, 10}, within(1e-9));
  }

  @Test
  void largeWeightsStayWhereTheyAreAndAreNotTransposed() {
    int units = 300;
    TestNetwork network =
        new TestNetwork()
            .input("x", 1, units)
            .weights("w", 0.1, units, units)
            .weights("b", 0.1, units)
            .node("Gemm", "x w b", "y", number("transB", 1))
            .output("y");
    double[] x = random(units);
    Program program = network.program();
    MatrixProduct product =
        (MatrixProduct) of(program, MatrixProduct.class).getFirst().origin().orElseThrow();
    double[] w = product.y().known().elements();
    double[] b = product.bias().orElseThrow().known().elements();
    double[] expected = b.clone();
    for (int i = 0; i < units * units; i++) {
      expected[i / units] += w[i] * x[i % units];
    }

    assertThat(w).hasSizeGreaterThan(LARGE);
    assertThat(product.y().known().isHeld()).isFalse();
    assertThat(of(program, Gathered.class)).isEmpty();
    assertThat(inTheClear(network, x)).containsExactly(expected, within(1e-6));
    agreesOnShares(network);
  }

  /** Filters that take a normalisation are made when they are asked for. */
  @Test
  void largeFiltersThatAreNormalisedAreNotKept() {
    int channels = 260;
    float[] ones = new float[channels];
    float[] twos = new float[channels];
    float[] zeros = new float[channels];
    Arrays.fill(ones, 1);
    Arrays.fill(twos, 2);
    Program program =
        new TestNetwork()
            .input("x", 1, channels, 1, 1)
            .weights("w", 0.1, channels, channels, 1, 1)
            .reals("one", ones)
            .reals("two", twos)
            .reals("zero", zeros)
            .node("Conv", "x w", "a")
            .node("BatchNormalization", "a two zero zero one", "y")
            .output("y")
            .program();
    Value filters =
        program.weights().stream().filter(w -> w.shape().size() > LARGE).findFirst().orElseThrow();

    assertThat(filters.known().isHeld()).isFalse();
    assertThat(Arrays.stream(filters.known().elements()).map(Math::abs).max().orElseThrow())
        .isBetween(0.15, 0.2);
  }

  @Test
  void largeWeightsAreCheckedAtImport() {
    float[] weights = new float[LARGE];
    weights[LARGE - 1] = Float.NaN;
    TestNetwork network =
        new TestNetwork().input("x", LARGE).reals("w", weights).node("Mul", "x w", "y").output("y");

    assertThatThrownBy(network::program)
        .isInstanceOf(ModelRefused.class)
        .hasMessageContaining("initialiser 'w'")
        .hasMessageContaining("not a finite number");
  }
}
