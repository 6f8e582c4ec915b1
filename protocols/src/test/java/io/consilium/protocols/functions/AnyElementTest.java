package io.consilium.protocols.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes legal values of any ring elements, against whole numbers. */
final class AnyElementTest {
  private static final long SEED = Long.getLong("seed", 20261130L);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  /** Around every power of two and its negative, and anywhere. */
  private long[] elements() {
    LongStream edges =
        LongStream.range(0, 64).flatMap(j -> LongStream.rangeClosed(-2, 2).map(d -> (1L << j) + d));
    return LongStream.concat(
            edges.flatMap(x -> LongStream.of(x, -x)),
            LongStream.generate(random::nextLong).limit(100))
        .toArray();
  }

  private static SecretTensor in(Backend b, Shape shape, long[] codes) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P2;
    return b.input(ComputeParty.P2, shape, FixedPoint.INTEGER, owns ? codes : new long[0]);
  }

  /** On shares and in the clear, at the declared cost. */
  private static void gives(Function<Backend, SecretTensor> program, long[] expected) {
    ClearBackend clear = new ClearBackend();
    assertThat(clear.open(program.apply(clear), ThreeParties.any())).containsExactly(expected);
    ThreeParties.Outcome<long[]> outcome =
        new ThreeParties(SEED).run(b -> b.open(program.apply(b), ThreeParties.any()));
    assertThat(outcome.results()).allSatisfy(codes -> assertThat(codes).containsExactly(expected));
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
    assertThat(outcome.counted().rounds()).isLessThanOrEqualTo(outcome.declared().rounds());
  }

  private static long[] mapped(long[] codes, LongUnaryOperator map) {
    return Arrays.stream(codes).map(map).toArray();
  }

  /** Whoever is so far above that x - low wraps around becomes low. */
  private static long clamped(long x, long low, long high) {
    BigInteger shifted = BigInteger.valueOf(x).subtract(BigInteger.valueOf(low));
    boolean wraps = shifted.bitLength() > 63;
    return wraps ? low : Math.clamp(x, low, high);
  }

  @ParameterizedTest
  @CsvSource({"0, 65536", "-15, 20", "-1073741823, 1073741823", "5, 5", "-4611686018427387904, 0"})
  void clampsEveryElement(long low, long high) {
    long[] codes = elements();

    gives(
        b -> Clamp.of(b, in(b, Shape.vector(codes.length), codes), low, high),
        mapped(codes, x -> clamped(x, low, high)));
  }

  @Test
  void clampsSeveralTensorsEachBetweenItsOwnBounds() {
    long[] codes = elements();
    int half = codes.length / 2 * 2;
    long[] even = Arrays.copyOf(codes, half);
    long[] both =
        LongStream.concat(
                Arrays.stream(mapped(even, x -> clamped(x, 0, 7))),
                Arrays.stream(mapped(even, x -> clamped(x, -3, 1L << 40))))
            .toArray();

    gives(
        b -> {
          SecretTensor flat = in(b, Shape.vector(half), even);
          SecretTensor matrix = b.reshape(flat, Shape.matrix(2, half / 2));
          List<SecretTensor> clamped =
              Clamp.of(b, List.of(flat, matrix), new long[] {0, -3}, new long[] {7, 1L << 40});
          assertThat(clamped.getLast().shape()).isEqualTo(matrix.shape());
          return b.concatenate(
              List.of(clamped.getFirst(), b.reshape(clamped.getLast(), flat.shape())));
        },
        both);
  }

  @Test
  void clampsManyElementsInPartsInTheirOrder() {
    long[] codes = LongStream.range(0, (1 << 18) + 3).map(i -> (i << 43) + i).toArray();
    ClearBackend clear = new ClearBackend();

    SecretTensor clamped = Clamp.of(clear, in(clear, Shape.vector(codes.length), codes), -7, 900);

    assertThat(clear.open(clamped, ThreeParties.any()))
        .containsExactly(mapped(codes, x -> clamped(x, -7, 900)));
  }

  @Test
  void clampsBetweenSecretBounds() {
    long[] codes = elements();
    long[] bounds =
        LongStream.generate(() -> random.nextLong(1L << 40)).limit(codes.length).toArray();
    long[] expected = new long[codes.length];
    Arrays.setAll(expected, i -> clamped(codes[i], -bounds[i], bounds[i]));

    gives(
        b -> {
          Shape shape = Shape.vector(codes.length);
          SecretTensor most = b.within(in(b, shape, bounds), new ValueRange(1L << 40));
          return Clamp.within(b, in(b, shape, codes), most);
        },
        expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 24, 32})
  void remaindersAreThoseOfWholeNumbers(int bits) {
    long[] codes = elements();
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits);

    gives(
        b -> Remainder.of(b, in(b, Shape.vector(codes.length), codes), bits),
        mapped(codes, x -> BigInteger.valueOf(x).mod(modulus).longValueExact()));
  }

  @Test
  void bitsAreTheLowestOnes() {
    long[] codes = elements();

    gives(
        b -> b.toArithmetic(OneHot.parity(b, in(b, Shape.vector(codes.length), codes))),
        mapped(codes, x -> x & 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 10})
  void rowsHaveExactlyASingleOne(int columns) {
    long[] all = elements();
    int rows = all.length / columns;
    long[] codes = Arrays.copyOf(all, rows * columns);
    // Honest rows stay what they are, and a row of zeros becomes the first choice.
    Arrays.fill(codes, 0, (columns + 1) * columns, 0);
    for (int k = 0; k < columns; k++) {
      codes[k * columns + k] = 1;
    }
    long[] expected = new long[codes.length];
    for (int row = 0; row < rows; row++) {
      int chosen = 0;
      for (int k = 0; k < columns; k++) {
        chosen = (codes[row * columns + k] & 1) == 1 ? k : chosen;
      }
      expected[row * columns + chosen] = 1;
    }

    gives(b -> OneHot.of(b, in(b, Shape.matrix(rows, columns), codes)), expected);
  }

  /** root word 2^((0 - width) / 2) is one over the root of integers of 50 bits. */
  @Test
  void rootsOverFiftyBits() {
    long[] codes =
        LongStream.concat(
                LongStream.range(0, 50).flatMap(j -> LongStream.of(1L << j, (1L << j) * 3 / 2 | 1)),
                LongStream.generate(() -> 1 + random.nextLong(1L << 50)).limit(100))
            .filter(x -> x < 1L << 50)
            .toArray();
    Function<Backend, double[]> factors =
        b -> {
          RootQuotient.Factors f =
              RootQuotient.factors(b, in(b, Shape.vector(codes.length), codes), 50);
          double[] root = f.root().format().decode(b.open(f.root(), ThreeParties.any()));
          long[] word = b.open(f.word(), ThreeParties.any());
          long[] opposite = b.open(f.opposite(), ThreeParties.any());
          for (int i = 0; i < root.length; i++) {
            assertThat(word[i] * opposite[i]).isEqualTo(1L << 24);
            root[i] = Math.scalb(root[i] * word[i], -25);
          }
          return root;
        };

    List<double[]> results =
        List.of(
            factors.apply(new ClearBackend()),
            new ThreeParties(SEED).run(factors::apply).results().getFirst());

    for (double[] roots : results) {
      for (int i = 0; i < codes.length; i++) {
        assertThat(roots[i] * Math.sqrt((double) codes[i])).isBetween(1 - 2e-5, 1 + 2e-5);
      }
    }
  }
}
