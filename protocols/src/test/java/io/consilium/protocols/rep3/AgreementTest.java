package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.CostTable;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.ring.ColumnSums;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every instruction agrees with the clear reference and costs what it declares. */
final class AgreementTest {
  private static final long SEED = Long.getLong("seed", 20260723L);
  private static final FixedPoint F16 = new FixedPoint(16);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  /** A program over inputs that any backend can run. */
  private static SecretTensor in(Backend backend, long[] codes) {
    return in(backend, Shape.vector(codes.length), codes);
  }

  private static SecretTensor in(Backend backend, Shape shape, long[] codes) {
    boolean owns = !(backend instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P1;
    return backend.input(ComputeParty.P1, shape, F16, owns ? codes : new long[0]);
  }

  private void agrees(long tolerance, Function<Backend, SecretTensor> program) {
    ClearBackend clear = new ClearBackend();
    long[] expected = clear.open(program.apply(clear), ThreeParties.any());

    agrees(new ThreeParties(SEED), tolerance, program, clear, expected);
    agrees(new ThreeParties(SEED).inPieces(128), tolerance, program, clear, expected);
  }

  private static void agrees(
      ThreeParties parties,
      long tolerance,
      Function<Backend, SecretTensor> program,
      ClearBackend clear,
      long[] expected) {
    ThreeParties.Outcome<long[]> outcome =
        parties.run(backend -> backend.open(program.apply(backend), ThreeParties.any()));

    for (long[] actual : outcome.results()) {
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < actual.length; i++) {
        assertThat(Math.abs(actual[i] - expected[i]))
            .as("element %d of seed %d", i, SEED)
            .isLessThanOrEqualTo(tolerance);
      }
    }
    assertThat(outcome.declared()).isEqualTo(clear.declared());
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }

  private long[] codes(int n, long bound) {
    long[] codes = random.longs(n, -bound, bound).toArray();
    long[] edges = {0, 1, -1, bound - 1, -bound};
    for (int i = 0; i < Math.min(n, edges.length); i++) {
      codes[i] = edges[i];
    }
    return codes;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 63, 64, 65, 127, 128, 129, 200, 384, 1001})
  void multipliesElementByElement(int n) {
    long[] x = codes(n, Long.MAX_VALUE);
    long[] y = codes(n, Long.MAX_VALUE);

    agrees(0, backend -> backend.multiply(in(backend, x), in(backend, y)));
  }

  @Test
  void multipliesMatricesInEveryTransposition() {
    long[] x = codes(12, Long.MAX_VALUE);
    long[] y = codes(20, Long.MAX_VALUE);

    agrees(
        0, b -> b.matmul(in(b, Shape.matrix(3, 4), x), false, in(b, Shape.matrix(4, 5), y), false));
    agrees(
        0, b -> b.matmul(in(b, Shape.matrix(4, 3), x), true, in(b, Shape.matrix(4, 5), y), false));
    agrees(
        0, b -> b.matmul(in(b, Shape.matrix(3, 4), x), false, in(b, Shape.matrix(5, 4), y), true));
    agrees(
        0, b -> b.matmul(in(b, Shape.matrix(4, 3), x), true, in(b, Shape.matrix(5, 4), y), true));
    agrees(
        0,
        b ->
            b.matmul(
                in(b, Shape.matrix(3, 4), x),
                false,
                in(b, Shape.matrix(4, 1), codesOf(y, 4)),
                false));
    agrees(
        0,
        b ->
            b.matmul(
                in(b, Shape.matrix(3, 4), x),
                true,
                in(b, Shape.matrix(3, 1), codesOf(y, 3)),
                false));
  }

  @Test
  void multipliesSeveralMatricesInOneRound() {
    long[] x = codes(12, Long.MAX_VALUE);
    long[] y = codes(20, Long.MAX_VALUE);

    agrees(
        0,
        b -> {
          SecretTensor p = in(b, Shape.matrix(3, 4), x);
          SecretTensor q = b.reinterpret(in(b, Shape.matrix(4, 5), y), new FixedPoint(8));
          Cost before = b.declared();
          List<SecretTensor> z =
              b.products(
                  List.of(
                      new SecretProduct.OfMatrices(p, false, q, false),
                      new SecretProduct.OfMatrices(p, true, p, false),
                      new SecretProduct.OfMatrices(q, true, p, true)));
          assertThat(b.declared().since(before)).isEqualTo(CostTable.product(15 + 16 + 15));
          assertThat(z.get(0).format()).isEqualTo(new FixedPoint(24));
          assertThat(z.get(1).format()).isEqualTo(new FixedPoint(32));
          assertThat(z.get(2).shape()).isEqualTo(Shape.matrix(5, 3));
          return b.concatenate(z.stream().map(part -> vector(b, part)).toList());
        });
  }

  /** In one to three dimensions, with strides, padding, dilation and groups. */
  private static List<ConvolutionGeometry> geometries() {
    List<Integer> one = List.of(1);
    return List.of(
        new ConvolutionGeometry(2, 3, 4, 1, List.of(7), List.of(3), List.of(2), one, one),
        new ConvolutionGeometry(
            3, 2, 5, 1, List.of(6, 5), List.of(3, 2), List.of(1, 1), List.of(0, 0), List.of(1, 1)),
        new ConvolutionGeometry(
            2, 4, 6, 2, List.of(7, 8), List.of(2, 3), List.of(2, 1), List.of(1, 2), List.of(2, 1)),
        new ConvolutionGeometry(
            1,
            2,
            2,
            1,
            List.of(3, 4, 3),
            List.of(2, 2, 3),
            List.of(1, 2, 1),
            List.of(0, 1, 1),
            List.of(1, 1, 1)));
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void convolutionsAndTheirGradientsShareARoundWithMatrices(ConvolutionGeometry geometry) {
    long[] x = codes(geometry.inputElements(), Long.MAX_VALUE);
    long[] w = codes(geometry.weightElements(), Long.MAX_VALUE);
    long[] g = codes(geometry.outputElements(), Long.MAX_VALUE);
    long[] m = codes(6, Long.MAX_VALUE);

    agrees(
        0,
        b -> {
          SecretTensor input = in(b, new Shape(geometry.inputShape()), x);
          SecretTensor weights = in(b, new Shape(geometry.weightShape()), w);
          SecretTensor error = in(b, new Shape(geometry.outputShape()), g);
          SecretTensor matrix = in(b, Shape.matrix(2, 3), m);
          Cost before = b.declared();
          List<SecretTensor> z =
              b.products(
                  List.of(
                      new SecretProduct.Convolution(geometry, weights, input),
                      new SecretProduct.OfMatrices(matrix, true, matrix, false),
                      new SecretProduct.InputGradient(geometry, weights, error),
                      new SecretProduct.WeightGradient(geometry, input, error)));
          assertThat(b.declared().since(before))
              .isEqualTo(CostTable.product(g.length + 9 + x.length + w.length));
          assertThat(z.stream().map(part -> part.shape().dimensions()))
              .containsExactly(
                  geometry.outputShape(),
                  List.of(3, 3),
                  geometry.inputShape(),
                  geometry.weightShape());
          assertThat(z).allMatch(part -> part.format().equals(new FixedPoint(32)));
          return b.concatenate(z.stream().map(part -> vector(b, part)).toList());
        });
  }

  @Test
  void convolutionsRefuseTensorsOfAnotherShape() {
    ConvolutionGeometry geometry = geometries().getFirst();
    ClearBackend b = new ClearBackend();
    SecretTensor input = zeros(b, geometry.inputShape());
    SecretTensor weights = zeros(b, geometry.weightShape());
    SecretTensor error = zeros(b, geometry.outputShape());

    refuses(b, new SecretProduct.Convolution(geometry, weights, error));
    refuses(b, new SecretProduct.Convolution(geometry, input, input));
    refuses(b, new SecretProduct.InputGradient(geometry, weights, input));
    refuses(b, new SecretProduct.InputGradient(geometry, error, error));
    refuses(b, new SecretProduct.WeightGradient(geometry, error, error));
    refuses(b, new SecretProduct.WeightGradient(geometry, input, weights));
  }

  private static SecretTensor zeros(Backend b, List<Integer> dimensions) {
    Shape shape = new Shape(dimensions);
    return b.constant(shape, F16, new long[shape.size()]);
  }

  private static void refuses(Backend b, SecretProduct product) {
    assertThatThrownBy(() -> b.product(product))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has not the shape");
  }

  /** The range of a sum of products counts its summands, and real sums reach it. */
  @ParameterizedTest
  @MethodSource("geometries")
  void theRangeOfAConvolutionIsThatOfItsSums(ConvolutionGeometry geometry) {
    ClearBackend b = new ClearBackend();
    SecretTensor input = filled(b, geometry.inputShape(), 3);
    SecretTensor weights = filled(b, geometry.weightShape(), -5);
    SecretTensor error = filled(b, geometry.outputShape(), 7);
    int places = geometry.outputElements() / geometry.batch() / geometry.outputChannels();
    int taps = geometry.kernelVolume();

    List<SecretTensor> z =
        b.products(
            List.of(
                new SecretProduct.Convolution(geometry, weights, input),
                new SecretProduct.InputGradient(geometry, weights, error),
                new SecretProduct.WeightGradient(geometry, input, error)));

    int inputs = geometry.inputChannels() / geometry.groups();
    int outputs = geometry.outputChannels() / geometry.groups();
    assertThat(z.stream().map(SecretTensor::range))
        .containsExactly(
            new ValueRange(15L * inputs * taps),
            new ValueRange(35L * outputs * taps),
            new ValueRange(21L * geometry.batch() * places));
    for (SecretTensor part : z) {
      assertThat(Arrays.stream(b.open(part, ThreeParties.any()))).allMatch(part.range()::holds);
    }
  }

  private static SecretTensor filled(Backend b, List<Integer> dimensions, long code) {
    long[] codes = new long[new Shape(dimensions).size()];
    Arrays.fill(codes, code);
    return b.constant(new Shape(dimensions), F16, codes);
  }

  @Test
  void aListOfNoProductsIsEmpty() {
    agrees(
        0,
        b -> {
          assertThat(b.products(List.of())).isEmpty();
          return in(b, new long[] {1});
        });
  }

  private static SecretTensor vector(Backend b, SecretTensor x) {
    return asInteger(b, b.reshape(x, Shape.vector(x.size())));
  }

  private static long[] codesOf(long[] codes, int n) {
    return Arrays.copyOf(codes, n);
  }

  @Test
  void sumsProductsByColumn() {
    long[] x = codes(30, Long.MAX_VALUE);
    long[] y = codes(30, Long.MAX_VALUE);

    agrees(0, b -> b.dotRows(in(b, Shape.matrix(6, 5), x), in(b, Shape.matrix(6, 5), y)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 13, 16, 20, 24, 32, 40})
  void truncatesWithinTwoUnits(int bits) {
    long[] x = codes(1000, 1L << 61);

    agrees(2, b -> asInteger(b, b.truncate(wide(b, x), bits)));
  }

  @Test
  void truncatesListsOfDifferentWidthsTogether() {
    long[] x = codes(70, 1L << 60);
    long[] y = codes(33, 1L << 60);

    agrees(
        2,
        b -> {
          List<SecretTensor> z = b.truncate(List.of(wide(b, x), wide(b, y)), new int[] {16, 27});
          return b.concatenate(List.of(asInteger(b, z.getFirst()), asInteger(b, z.getLast())));
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 8, 16, 17, 32})
  void truncatesExactly(int bits) {
    long[] x = codes(300, 1L << 61);
    for (int i = 10; i < 50; i++) {
      x[i] = ((long) i << bits) - 1 - (i % 3);
    }

    agrees(0, b -> asInteger(b, b.truncateExactly(wide(b, x), bits)));
  }

  private static SecretTensor wide(Backend b, long[] x) {
    return b.reinterpret(in(b, x), new FixedPoint(50));
  }

  private static SecretTensor asInteger(Backend b, SecretTensor x) {
    return b.reinterpret(x, FixedPoint.INTEGER);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 8, 13, 16, 24, 31, 32, 33, 40, 47, 64})
  void findsSigns(int width) {
    long[] x = codes(200, width == 64 ? Long.MAX_VALUE : 1L << (width - 1));

    agrees(0, b -> b.toArithmetic(b.negative(in(b, x), width)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 5, 6, 9, 16, 31, 32, 40, 48, 60})
  void findsAllBits(int width) {
    long[] x = codes(100, Long.MAX_VALUE);

    agrees(0, b -> b.wordToArithmetic(b.bitsOf(in(b, x), width)));
  }

  @Test
  void combinesBits() {
    long[] x = codes(130, 1 << 20);
    long[] y = codes(130, 1 << 20);

    agrees(
        0,
        b -> {
          SecretBits p = b.negative(in(b, x), 32);
          SecretBits q = b.negative(in(b, y), 32);
          List<SecretBits> both = b.and(List.of(p, b.not(q)), List.of(q, b.xor(p, q)));
          SecretBits all = b.concatenateBits(List.of(both.getFirst(), p, both.getLast()));
          return b.toArithmetic(b.slice(all, 77, 300));
        });
  }

  @Test
  void convertsAndSelectsInTheSameRounds() {
    long[] x = codes(100, 1 << 20);
    long[] y = codes(100, Long.MAX_VALUE);

    agrees(
        0,
        b -> {
          SecretBits sign = b.negative(in(b, x), 32);
          Backend.BitProducts products =
              b.bitProducts(List.of(sign), List.of(sign), List.of(in(b, y)));
          return b.concatenate(
              List.of(
                  products.integers().getFirst(), asInteger(b, products.products().getFirst())));
        });
  }

  @Test
  void sumsColumnsAtPublicPlaces() {
    long[] x = codes(24, Long.MAX_VALUE);
    long[] y = codes(12, Long.MAX_VALUE);
    ColumnSums sums =
        ColumnSums.of(6, List.of(new int[] {0, 5, 5}, new int[] {}, new int[] {3, 4, 1}));

    agrees(
        0,
        b -> {
          List<SecretTensor> parts =
              List.of(in(b, Shape.matrix(6, 4), x), in(b, Shape.matrix(6, 2), y));
          SecretTensor z = b.sumColumns(parts, sums);
          assertThat(z.shape()).isEqualTo(Shape.matrix(6, 3));
          SecretTensor back = b.sumColumns(z, sums.transposed());
          return b.concatenate(List.of(vector(b, z), vector(b, back)));
        });
  }

  @Test
  void sumsOfColumnsKnowTheirRangeAndRefuseOtherWidths() {
    ClearBackend b = new ClearBackend();
    SecretTensor x = filled(b, List.of(2, 3), -4);
    ColumnSums sums = ColumnSums.of(3, List.of(new int[] {0, 1}, new int[] {2}));

    assertThat(b.sumColumns(x, sums).range()).isEqualTo(new ValueRange(8));
    assertThatThrownBy(() -> b.sumColumns(List.of(x, x), sums))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 columns");
    assertThatThrownBy(() -> b.sumColumns(List.of(x, filled(b, List.of(1, 3), 0)), sums))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beside");
  }

  @Test
  void rearrangesLocally() {
    long[] x = codes(24, Long.MAX_VALUE);

    agrees(
        0,
        b -> {
          SecretTensor m = in(b, Shape.matrix(6, 4), x);
          SecretTensor rows = b.rows(m, new int[] {5, 0, 0, 3});
          SecretTensor t = b.transpose(b.columns(rows, 1, 3));
          List<SecretTensor> parts = new ArrayList<>();
          parts.add(b.sumRows(t));
          parts.add(b.reshape(b.addCode(b.multiply(rows, 3), 17), Shape.vector(16)));
          parts.add(b.negate(b.reshape(t, Shape.vector(8))));
          return b.concatenate(parts);
        });
  }
}
