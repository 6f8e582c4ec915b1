package io.consilium.protocols.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every function stays within its stated error over its stated domain, on shares and in the clear.
 */
final class FunctionsTest {
  private static final FixedPoint F12 = new FixedPoint(12);
  private static final FixedPoint F16 = new FixedPoint(16);

  private record Measured(double largestError, double largestRelativeError, Cost cost) {}

  private static double[] grid(double from, double to, int points) {
    return DoubleStream.concat(
            IntStream.range(0, points).mapToDouble(i -> from + (to - from) * i / (points - 1)),
            DoubleStream.of(from, to))
        .toArray();
  }

  private static SecretTensor in(Backend b, Shape shape, FixedPoint format, double[] reals) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
    return b.input(ComputeParty.P0, shape, format, owns ? format.encode(reals) : new long[0]);
  }

  private static Measured measure(
      double[] x,
      FixedPoint format,
      BiFunction<Backend, SecretTensor, SecretTensor> function,
      DoubleUnaryOperator oracle) {
    ThreeParties.Outcome<double[]> outcome =
        new ThreeParties(5)
            .run(b -> {
              SecretTensor y = function.apply(b, in(b, Shape.vector(x.length), format, x));
              return y.format().decode(b.open(y, ThreeParties.any()));
            });
    ClearBackend clear = new ClearBackend();
    SecretTensor y = function.apply(clear, in(clear, Shape.vector(x.length), format, x));
    double[] reference = y.format().decode(clear.open(y, ThreeParties.any()));

    double largest = 0;
    double largestRelative = 0;
    double[] actual = outcome.results().getFirst();
    for (int i = 0; i < x.length; i++) {
      double exact = oracle.applyAsDouble(format.decode(format.encode(x[i])));
      for (double value : new double[] {actual[i], reference[i]}) {
        double error = Math.abs(value - exact);
        largest = Math.max(largest, error);
        largestRelative = Math.max(largestRelative, error / Math.abs(exact));
      }
    }
    assertThat(outcome.declared()).isEqualTo(clear.declared());
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
    // Input and opening are a round each.
    Cost own = new Cost(outcome.declared().rounds() - 2, outcome.declared().bytes());
    return new Measured(largest, largestRelative, own);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void sigmoidForTraining() {
    Measured near = measure(grid(-12, 12, 4001), F12, Sigmoid::approximate, FunctionsTest::sigmoid);
    Measured far =
        measure(grid(-500_000, 500_000, 1001), F12, Sigmoid::approximate, FunctionsTest::sigmoid);

    assertThat(near.largestError()).isLessThan(5e-4);
    assertThat(far.largestError()).isLessThan(5e-4);
    assertThat(near.cost().rounds()).isEqualTo(15);
  }

  /** The distribution function, as a sum over the density. */
  private static double normal(double x) {
    double sum = 0;
    int parts = 4000;
    double width = Math.abs(x) / parts;
    for (int i = 0; i < parts; i++) {
      double t = (i + 0.5) * width;
      sum += width * Math.exp(-t * t / 2);
    }
    return 0.5 + Math.signum(x) * sum / Math.sqrt(2 * Math.PI);
  }

  private static double geluSlope(double x) {
    return normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void geluAndItsDerivative() {
    FixedPoint format = Gelu.INPUT;
    double[] near = grid(-7, 7, 3001);
    double[] far = grid(-16_000, 16_000, 300);
    Measured value = measure(near, format, Gelu::of, x -> x * normal(x));
    Measured valueFar = measure(far, format, Gelu::of, x -> Math.max(x, 0));
    Measured both =
        measure(near, format, (b, x) -> Gelu.withSlope(b, x).value(), x -> x * normal(x));
    Measured slope =
        measure(near, format, (b, x) -> Gelu.withSlope(b, x).slope(), FunctionsTest::geluSlope);
    Measured slopeFar =
        measure(far, format, (b, x) -> Gelu.withSlope(b, x).slope(), x -> x < 0 ? 0 : 1);

    assertThat(value.largestError()).isLessThan(4e-4);
    assertThat(valueFar.largestError()).isLessThan(4e-4);
    assertThat(both.largestError()).isLessThan(4e-4);
    assertThat(slope.largestError()).isLessThan(1.3e-3);
    assertThat(slopeFar.largestError()).isLessThan(1e-4);
    assertThat(value.cost().rounds()).isEqualTo(15);
    assertThat(both.cost().rounds()).isEqualTo(15);
  }

  @Test
  void sigmoidExact() {
    Measured near = measure(grid(-12, 12, 2001), F16, Sigmoid::exact, FunctionsTest::sigmoid);
    Measured far = measure(grid(-16_000, 16_000, 501), F16, Sigmoid::exact, FunctionsTest::sigmoid);

    assertThat(near.largestError()).isLessThan(1.5e-4);
    assertThat(far.largestError()).isLessThan(1.5e-4);
    assertThat(near.cost().rounds()).isEqualTo(42);
  }

  @Test
  void exponential() {
    Measured near = measure(grid(-13, 0, 2001), F16, Exponential::ofNonPositive, Math::exp);
    Measured far = measure(grid(-10_000, -13, 501), F16, Exponential::ofNonPositive, Math::exp);

    assertThat(near.largestError()).isLessThan(8e-5);
    assertThat(far.largestError()).isLessThan(8e-5);
    assertThat(near.cost().rounds()).isEqualTo(20);
  }

  @Test
  void exponentialOfPositiveArguments() {
    Measured measured = measure(grid(0, 11, 2001), F16, Exponential::of, Math::exp);

    assertThat(measured.largestRelativeError()).isLessThan(8e-5);
    assertThat(measured.cost().rounds()).isEqualTo(20);
  }

  @Test
  void smoothPieces() {
    DoubleUnaryOperator f = x -> x <= -4 ? -1 : x >= 4 ? 1 + (x - 4) : Math.tanh(x);
    PiecewiseFunction pieces =
        PiecewiseFunction.of(
            Math::tanh,
            -4,
            16,
            -1,
            PiecewiseFunction.Line.at(-1),
            new PiecewiseFunction.Line(1, -3));
    Measured inside = measure(grid(-3.999, 3.999, 2001), F16, (b, x) -> at(b, pieces, x), f);
    Measured below = measure(grid(-8000, -4.001, 501), F16, (b, x) -> at(b, pieces, x), f);
    Measured above = measure(grid(4.001, 8000, 501), F16, (b, x) -> at(b, pieces, x), f);

    assertThat(inside.largestError()).isLessThan(1e-4);
    assertThat(below.largestError()).isLessThan(3e-5);
    assertThat(above.largestError()).isLessThan(3e-5);
    assertThat(inside.cost().rounds()).isEqualTo(12 + 2);
  }

  @Test
  void anEndOfPiecesTakesAKink() {
    PiecewiseFunction pieces =
        PiecewiseFunction.of(
            Math::abs,
            -1,
            2,
            0,
            new PiecewiseFunction.Line(-1, 0),
            PiecewiseFunction.Line.IDENTITY);
    Measured measured = measure(grid(-3, 3, 1001), F16, (b, x) -> at(b, pieces, x), Math::abs);

    assertThat(measured.largestError()).isLessThan(4e-5);
  }

  private static SecretTensor at(Backend b, PiecewiseFunction pieces, SecretTensor x) {
    SecretTensor y = pieces.at(b, x);
    return b.truncate(y, y.format().fractionBits() - F16.fractionBits());
  }

  @Test
  void reciprocal() {
    Measured unit = measure(grid(1, 2, 1001), F16, Reciprocal::betweenOneAndTwo, x -> 1 / x);
    Measured small =
        measure(grid(0.01, 1, 1001), F16, (b, x) -> Reciprocal.of(b, x, F16), x -> 1 / x);
    Measured large =
        measure(
            grid(1, 30_000, 1001),
            F16,
            (b, x) -> Reciprocal.of(b, x, new FixedPoint(30)),
            x -> 1 / x);

    assertThat(unit.largestError()).isLessThan(5e-5);
    assertThat(unit.cost().rounds()).isEqualTo(14);
    assertThat(small.largestRelativeError()).isLessThan(5e-5);
    assertThat(large.largestRelativeError()).isLessThan(5e-5);
    assertThat(small.cost().rounds()).isLessThanOrEqualTo(31);
  }

  @Test
  void reciprocalOfZeroIsZero() {
    Measured zero = measure(new double[] {0, 0}, F16, (b, x) -> Reciprocal.of(b, x, F16), x -> 0);

    assertThat(zero.largestError()).isLessThan(1e-4);
  }

  @Test
  void division() {
    Measured thirds =
        measure(
            grid(0.5, 20_000, 1001),
            F16,
            (b, x) -> Division.of(b, b.multiply(x, 1), b.addReal(b.multiply(x, 1), 3), F16),
            x -> x / (x + 3));
    Measured negative =
        measure(
            grid(1, 1000, 1001),
            F16,
            (b, x) -> Division.of(b, b.negate(x), b.addReal(x, 1), F16),
            x -> -x / (x + 1));

    assertThat(thirds.largestError()).isLessThan(6e-5);
    assertThat(negative.largestError()).isLessThan(6e-5);
  }

  @Test
  void reciprocalSquareRoot() {
    Measured small =
        measure(
            grid(0.001, 1, 1001),
            F16,
            (b, x) -> ReciprocalSquareRoot.of(b, x, F16),
            x -> 1 / Math.sqrt(x));
    Measured large =
        measure(
            grid(1, 30_000, 1001),
            F16,
            (b, x) -> ReciprocalSquareRoot.of(b, x, new FixedPoint(24)),
            x -> 1 / Math.sqrt(x));
    Measured fine =
        measure(
            grid(1e-4, 100, 1001),
            new FixedPoint(24),
            (b, x) -> ReciprocalSquareRoot.of(b, x, new FixedPoint(20)),
            x -> 1 / Math.sqrt(x));

    assertThat(small.largestRelativeError()).isLessThan(5e-5);
    assertThat(large.largestRelativeError()).isLessThan(5e-5);
    assertThat(fine.largestRelativeError()).isLessThan(5e-5);
    assertThat(small.cost().rounds()).isEqualTo(42);
  }

  /** Numbers evenly spread over their orders of magnitude. */
  private static double[] logarithmic(double from, double to, int points) {
    return IntStream.range(0, points)
        .mapToDouble(i -> from * Math.pow(to / from, (double) i / (points - 1)))
        .toArray();
  }

  /** Second moments of gradients: from a few units of 2^-40 up to 2^13. */
  @Test
  void rootQuotient() {
    FixedPoint fine = new FixedPoint(40);
    Measured moments =
        measure(
            logarithmic(0x1p-32, 0x1p13, 2001),
            fine,
            (b, x) -> RootQuotient.reciprocal(b, x, 54, new FixedPoint(20)),
            x -> 1 / Math.sqrt(x));
    Measured variances =
        measure(
            logarithmic(0x1p-20, 0x1p14, 2001),
            new FixedPoint(24),
            (b, x) -> RootQuotient.reciprocal(b, x, 40, new FixedPoint(16)),
            x -> 1 / Math.sqrt(x));
    Measured quotient =
        measure(
            logarithmic(0x1p-8, 0x1p13, 2001),
            fine,
            (b, x) -> {
              SecretTensor q = RootQuotient.of(b, b.truncate(x, 16), x, 54);
              return b.truncate(q, q.format().fractionBits() - 30);
            },
            Math::sqrt);

    assertThat(moments.largestRelativeError()).isLessThan(6e-4);
    assertThat(variances.largestRelativeError()).isLessThan(3e-3);
    assertThat(quotient.largestRelativeError()).isLessThan(3e-4);
    assertThat(moments.cost().rounds()).isEqualTo(29);
    // Two truncations of two rounds around the 27.
    assertThat(quotient.cost().rounds()).isEqualTo(31);
  }

  @Test
  void rootQuotientOfZeroIsZero() {
    Measured zero =
        measure(
            new double[] {0, 0},
            new FixedPoint(24),
            (b, x) -> RootQuotient.reciprocal(b, x, 40, F16),
            x -> 0);

    assertThat(zero.largestError()).isLessThan(1e-4);
  }

  @Test
  void logarithm() {
    Measured small = measure(grid(0.01, 2, 1001), F16, Logarithm::of, Math::log);
    Measured large = measure(grid(1, 30_000, 1001), F16, Logarithm::of, Math::log);

    assertThat(small.largestError()).isLessThan(3e-4);
    assertThat(large.largestError()).isLessThan(3e-4);
  }

  private static SecretTensor of31Bits(Backend b, SecretTensor x) {
    return b.within(x, ValueRange.ofWidth(31));
  }

  @Test
  void reluAndMaximum() {
    Measured relu =
        measure(
            grid(-100, 100, 999), F16, (b, x) -> Relu.of(b, of31Bits(b, x)), x -> Math.max(x, 0));
    Measured absolute =
        measure(grid(-100, 100, 999), F16, (b, x) -> Relu.absolute(b, of31Bits(b, x)), Math::abs);
    Measured maximum =
        measure(
            grid(-100, 100, 999),
            F16,
            (b, x) -> Relu.maximum(b, of31Bits(b, x), b.addReal(b.negate(of31Bits(b, x)), 3)),
            x -> Math.max(x, 3 - x));

    assertThat(relu.largestError()).isZero();
    assertThat(absolute.largestError()).isZero();
    assertThat(maximum.largestError()).isZero();
    assertThat(relu.cost().rounds()).isEqualTo(7);
  }

  @Test
  void clipsSeveralTensorsAtTheirBounds() {
    Measured one =
        measure(
            grid(-100, 100, 999),
            F16,
            (b, x) -> Clip.of(b, List.of(of31Bits(b, x)), new long[] {F16.encode(2.5)}).getFirst(),
            x -> Math.max(-2.5, Math.min(2.5, x)));
    Measured second =
        measure(
            grid(-3, 3, 500),
            F12,
            (b, x) ->
                Clip.of(
                        b,
                        List.of(b.widen(of31Bits(b, x), 4), of31Bits(b, x)),
                        new long[] {7, F12.encode(1)})
                    .getLast(),
            x -> Math.max(-1, Math.min(1, x)));

    assertThat(one.largestError()).isZero();
    assertThat(second.largestError()).isZero();
    assertThat(one.cost().rounds()).isEqualTo(7);
  }

  @Test
  void binaryLogLoss() {
    Measured positive =
        measure(
            grid(-20, 20, 2001),
            F12,
            (b, z) -> LogLoss.binary(b, z, labels(b, z, 1)),
            z -> Math.log1p(Math.exp(-z)));
    Measured negative =
        measure(
            grid(-20, 20, 2001),
            F12,
            (b, z) -> LogLoss.binary(b, z, labels(b, z, 0)),
            z -> Math.log1p(Math.exp(z)));

    assertThat(positive.largestError()).isLessThan(7e-4);
    assertThat(negative.largestError()).isLessThan(7e-4);
  }

  private static SecretTensor labels(Backend b, SecretTensor like, long label) {
    return b.constant(
        like.shape(),
        FixedPoint.INTEGER,
        IntStream.range(0, like.size()).mapToLong(i -> label).toArray());
  }

  @Test
  void softmaxItsMaximumAndItsLoss() {
    double[] logits = {1, 2, 3, 4, 4, 4, -5, 0, 7, 0.5, 0.25, -100};
    Shape shape = Shape.matrix(4, 3);
    double[] hot = {0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0};

    List<double[]> opened =
        new ThreeParties(6)
            .run(b -> {
              SecretTensor z = in(b, shape, F16, logits);
              SecretTensor y = in(b, shape, FixedPoint.INTEGER, hot);
              SecretTensor p = Softmax.of(b, z);
              SecretTensor loss = LogLoss.categorical(b, z, y);
              SecretTensor best = Softmax.oneHotOfMaximum(b, z);
              return List.of(decoded(b, p), decoded(b, loss), decoded(b, best));
            })
            .results()
            .getFirst();

    for (int row = 0; row < 4; row++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += Math.exp(logits[3 * row + k]);
      }
      double loss = Math.log(sum);
      double hots = 0;
      for (int k = 0; k < 3; k++) {
        int i = 3 * row + k;
        assertThat(opened.get(0)[i]).isCloseTo(Math.exp(logits[i]) / sum, near(3e-4));
        loss -= hot[i] * logits[i];
        hots += opened.get(2)[i];
      }
      assertThat(opened.get(1)[row]).isCloseTo(loss, near(6e-4));
      assertThat(hots).isEqualTo(1);
    }
    assertThat(opened.get(2)).startsWith(0, 0, 1).endsWith(1, 0, 0);
  }

  /** Logits of many sizes, with equal ones and with some far below, as products and truncated. */
  @ParameterizedTest
  @CsvSource({
    "2, 16", "3, 16", "4, 40", "5, 24", "8, 32", "9, 16", "10, 40", "10, 16", "10, 12", "11, 44",
    "16, 40", "17, 32"
  })
  void softmaxOfManyClasses(int classes, int fractionBits) {
    int rows = 300;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(classes);
    double[] logits = new double[rows * classes];
    for (int i = 0; i < logits.length; i++) {
      double scale = Math.pow(2, i / classes % 9 - 3);
      logits[i] = random.nextGaussian() * scale;
      if (i % 13 == 0 && i > 0) {
        logits[i] = logits[i - 1];
      }
    }
    Shape shape = Shape.matrix(rows, classes);
    FixedPoint format = new FixedPoint(fractionBits);
    double[] rounded = format.decode(format.encode(logits));

    ThreeParties.Outcome<double[]> outcome =
        new ThreeParties(6).run(b -> decoded(b, Softmax.of(b, in(b, shape, format, logits))));

    double largest = 0;
    for (int i = 0; i < logits.length; i++) {
      double sum = 0;
      int row = i / classes * classes;
      for (int k = row; k < row + classes; k++) {
        sum += Math.exp(rounded[k] - rounded[i]);
      }
      largest = Math.max(largest, Math.abs(outcome.results().getFirst()[i] - 1 / sum));
    }
    assertThat(largest).isLessThan(3e-4);
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }

  /** Small whole numbers, so that many are equal, and both ends of the range. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "2, 2", "3, 2", "7, 7", "10, 3", "17, 2"})
  void placesOfTheLargestAreInOrder(int k, int count) {
    int columns = 90;
    int bound = 5;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(k);
    double[] values = new double[k * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-bound, bound + 1);
    }
    ValueRange range = ValueRange.of(F16, bound);

    ThreeParties.Outcome<double[]> outcome =
        new ThreeParties(6)
            .run(b -> {
              SecretTensor x = b.within(in(b, Shape.matrix(k, columns), F16, values), range);
              return decoded(b, LargestPlaces.of(b, x, count));
            });

    double[] places = outcome.results().getFirst();
    for (int column = 0; column < columns; column++) {
      int at = column;
      int[] expected =
          IntStream.range(0, k)
              .boxed()
              .sorted(Comparator.comparingDouble(row -> -values[row * columns + at]))
              .limit(count)
              .mapToInt(row -> row)
              .toArray();
      for (int place = 0; place < count; place++) {
        assertThat(places[place * columns + column]).isEqualTo(expected[place]);
      }
    }
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
    // Input and opening are a round each.
    int levels = 32 - Integer.numberOfLeadingZeros(k - 1);
    assertThat(outcome.declared().rounds() - 2)
        .isLessThanOrEqualTo(count * 7L * levels + (count - 1) * 9L);
  }

  /** Of equal values the first is the largest; the margin is met or missed by one unit. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 9, 10, 16})
  void rankingFindsTheLargestAndWhatIsNear(int k) {
    int columns = 70;
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(k);
    double[] values = new double[k * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-4, 4);
    }
    Shape shape = Shape.matrix(k, columns);

    List<double[]> opened =
        new ThreeParties(6)
            .run(b -> {
              SecretTensor x =
                  b.within(in(b, shape, FixedPoint.INTEGER, values), new ValueRange(4));
              Ranking ranking = Ranking.withMargin(b, x, 3);
              return List.of(
                  decoded(b, b.toArithmetic(b.concatenateBits(ranking.largest()))),
                  decoded(b, b.toArithmetic(b.concatenateBits(ranking.near()))),
                  decoded(b, b.toArithmetic(b.concatenateBits(Ranking.of(b, x).largest()))));
            })
            .results()
            .getFirst();

    for (int column = 0; column < columns; column++) {
      int best = 0;
      for (int i = 1; i < k; i++) {
        best = values[i * columns + column] > values[best * columns + column] ? i : best;
      }
      for (int i = 0; i < k; i++) {
        int at = i * columns + column;
        double below = values[best * columns + column] - values[at];
        assertThat(opened.get(0)[at]).isEqualTo(i == best ? 1 : 0);
        assertThat(opened.get(1)[at]).isEqualTo(below <= 3 ? 1 : 0);
        assertThat(opened.get(2)[at]).isEqualTo(i == best ? 1 : 0);
      }
    }
  }

  private static double[] decoded(Backend b, SecretTensor x) {
    return x.format().decode(b.open(x, ThreeParties.any()));
  }

  private static org.assertj.core.data.Offset<Double> near(double tolerance) {
    return org.assertj.core.data.Offset.offset(tolerance);
  }

  /** Every number of values up to 40, with ties; two rows in the rounds of one. */
  @Test
  void sortsEveryNumberOfValues() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    for (int n = 1; n <= 40; n++) {
      double[] values = random.ints(2L * n, -n, n).mapToDouble(v -> v / 4.0).toArray();
      Shape shape = Shape.matrix(2, n);
      ThreeParties.Outcome<double[]> outcome =
          new ThreeParties(n)
              .run(b -> {
                SecretTensor x = b.within(in(b, shape, F16, values), ValueRange.of(F16, 10));
                return F16.decode(b.open(Sorting.ascending(b, x), ThreeParties.any()));
              });

      double[] expected =
          DoubleStream.concat(
                  Arrays.stream(values, 0, n).sorted(), Arrays.stream(values, n, 2 * n).sorted())
              .toArray();
      assertThat(outcome.results().getFirst()).as("%d values", n).isEqualTo(expected);
      int doublings = n == 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
      assertThat(outcome.declared().rounds()).isEqualTo(2 + 7 * doublings * (doublings + 1) / 2);
      assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    }
  }
}
