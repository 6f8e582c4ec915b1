package io.consilium.protocols.rep3;

import static org.assertj.core.api.Assertions.assertThat;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.BitPlanes;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The sign and all bits, for all values of both summands.
 *
 * <p>Both depend on c = x_1 + x_2 and r = x_0 modulo 2^width alone, so every pair (c, r) stands for
 * all its sharings; c is split at random, and what lies above the width is random as well.
 */
final class ExhaustiveBitsTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  private Shares allSummands(int width) {
    int n = 1 << 2 * width;
    long[] x0 = new long[n];
    long[] x1 = random.longs(n).toArray();
    long[] x2 = new long[n];
    for (int i = 0; i < n; i++) {
      x0[i] = (i & ((1L << width) - 1)) + (random.nextLong() << width);
      x2[i] = ((long) i >>> width) - x1[i] + (random.nextLong() << width);
    }
    return new Shares(x0, x1, x2);
  }

  private static long bit(Shares shares, int element, int position) {
    long sum = shares.x0()[element] + shares.x1()[element] + shares.x2()[element];
    return sum >>> position & 1;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void findsEverySign(int width) {
    Shares shares = allSummands(width);
    int n = shares.x0().length;

    for (int choice = 0; choice < 2; choice++) {
      List<ReplicatedBits> results =
          ThreeSessions.run(
              random.nextLong(),
              session ->
                  new SignBit(session, new BooleanProduct(session))
                      .of(shares.at(session.self()), width));

      long[] signs = BitPlanes.integers(Shares.exclusiveOr(results), n);
      for (int i = 0; i < n; i++) {
        if (signs[i] != bit(shares, i, width - 1)) {
          throw new AssertionError("wrong sign of element " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void findsEveryBit(int width) {
    Shares shares = allSummands(width);
    int n = shares.x0().length;

    List<List<ReplicatedBits>> results =
        ThreeSessions.run(
            SEED,
            session ->
                new ArithmeticToBits(session, new BooleanProduct(session))
                    .of(shares.at(session.self()), width));

    for (int j = 0; j < width; j++) {
      int position = j;
      List<ReplicatedBits> plane = results.stream().map(bits -> bits.get(position)).toList();
      long[] bits = BitPlanes.integers(Shares.exclusiveOr(plane), n);
      for (int i = 0; i < n; i++) {
        if (bits[i] != bit(shares, i, j)) {
          throw new AssertionError("wrong bit " + j + " of element " + i);
        }
      }
    }
  }

  /** A bit, in all its eight sharings, as an integer and times all small values. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, -1, Integer.MIN_VALUE})
  void convertsAndSelectsEverySharingOfABit(int value) {
    int n = 64;
    long[] b0 = {0xAAAA_AAAA_AAAA_AAAAL};
    long[] b1 = {0xCCCC_CCCC_CCCC_CCCCL};
    long[] b2 = {0xF0F0_F0F0_F0F0_F0F0L};
    Shares bits = new Shares(b0, b1, b2);
    long[] values = new long[n];
    Arrays.fill(values, value);
    Shares x = Shares.additive(random, values);

    List<List<ReplicatedTensor>> results =
        ThreeSessions.run(
            SEED,
            session -> {
              ReplicatedBits b = bits.bitsAt(session.self(), n);
              ReplicatedTensor y = x.at(session.self(), Shape.vector(n), FixedPoint.INTEGER);
              return new BitProduct(session)
                  .of(
                      List.of(
                          BitProduct.Factor.converted(b),
                          BitProduct.Factor.times(b, y),
                          BitProduct.Factor.converted(b)));
            });

    long[] expected = BitPlanes.integers(new long[] {b0[0] ^ b1[0] ^ b2[0]}, n);
    long[] products = new long[n];
    for (int i = 0; i < n; i++) {
      products[i] = expected[i] * value;
    }
    assertThat(Shares.sum(results.stream().map(List::getFirst).toList())).isEqualTo(expected);
    assertThat(Shares.sum(results.stream().map(r -> r.get(1)).toList())).isEqualTo(products);
    assertThat(Shares.sum(results.stream().map(List::getLast).toList())).isEqualTo(expected);
  }
}
