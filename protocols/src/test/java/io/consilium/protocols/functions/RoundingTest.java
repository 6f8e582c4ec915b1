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
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounding on shares against decimals of any length. */
final class RoundingTest {
  private static final long SEED = Long.getLong("seed", 20261130L);
  private static final long CODE_MAX = 1L << 50;

  /** Halves, their neighbours, and anything. */
  private static long[] codes(int bits) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    LongStream halves =
        LongStream.rangeClosed(-6, 6)
            .map(j -> j << Math.max(bits - 1, 0))
            .flatMap(code -> LongStream.of(code - 1, code, code + 1));
    LongStream others = random.longs(40, -CODE_MAX, CODE_MAX);
    return LongStream.concat(halves, LongStream.concat(others, LongStream.of(-CODE_MAX, CODE_MAX)))
        .toArray();
  }

  private static void gives(int bits, Rule rounding, RoundingMode mode) {
    long[] codes = codes(bits);
    BigDecimal one = BigDecimal.valueOf(1L << bits);
    long[] expected =
        Arrays.stream(codes)
            .map(c -> BigDecimal.valueOf(c).divide(one).setScale(0, mode).longValueExact())
            .toArray();
    ClearBackend clear = new ClearBackend();
    assertThat(opened(clear, bits, rounding, codes)).containsExactly(expected);
    ThreeParties.Outcome<long[]> outcome =
        new ThreeParties(SEED).run(b -> opened(b, bits, rounding, codes));
    assertThat(outcome.results()).allSatisfy(all -> assertThat(all).containsExactly(expected));
    assertThat(outcome.counted().bytes()).isEqualTo(outcome.declared().bytes());
  }

  private interface Rule {
    SecretTensor of(Backend b, SecretTensor x);
  }

  private static long[] opened(Backend b, int bits, Rule rounding, long[] codes) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P1;
    SecretTensor x =
        b.input(
            ComputeParty.P1,
            Shape.vector(codes.length),
            new FixedPoint(bits),
            owns ? codes : new long[0]);
    SecretTensor y = rounding.of(b, b.within(x, new ValueRange(CODE_MAX)));
    assertThat(y.format()).isEqualTo(FixedPoint.INTEGER);
    return b.open(y, ThreeParties.any());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 20})
  void downIsTheFloor(int bits) {
    gives(bits, Rounding::down, RoundingMode.FLOOR);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 20})
  void halvesGoToTheEvenNeighbour(int bits) {
    gives(bits, Rounding::halfToEven, RoundingMode.HALF_EVEN);
  }
}
