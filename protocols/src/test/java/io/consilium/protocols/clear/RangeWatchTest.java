package io.consilium.protocols.clear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.RangeException;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.clear.BrokenRange.Promise;
import io.consilium.protocols.functions.Exponential;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class RangeWatchTest {
  private static final long SEED = Long.getLong("seed", 20260801L);
  private static final FixedPoint FORMAT = new FixedPoint(16);

  private final List<BrokenRange> broken = new ArrayList<>();
  private final ClearBackend b = ClearBackend.watching(broken::add);

  private SecretTensor vector(long... codes) {
    return b.constant(Shape.vector(codes.length), FORMAT, codes);
  }

  private BrokenRange only() {
    assertThat(broken).hasSize(1);
    return broken.getFirst();
  }

  @Test
  void tellsOfADeclaredRangeThatIsNotKeptAndGoesOn() {
    SecretTensor x = b.within(vector(3 << 16, -5 << 16), ValueRange.of(FORMAT, 4));

    assertThat(ClearBackend.codes(x)).containsExactly(3 << 16, -5 << 16);
    assertThat(only().promise()).isEqualTo(Promise.DECLARED);
    assertThat(only().value()).isEqualTo(5);
    assertThat(only().most()).isEqualTo(4);
    SecretTensor plain = new ClearBackend().constant(Shape.vector(1), FORMAT, new long[] {5 << 16});
    assertThatThrownBy(() -> new ClearBackend().within(plain, ValueRange.of(FORMAT, 4)))
        .isInstanceOf(RangeException.class);
  }

  @Test
  void tellsOfTruncationsAndComparisonsOfTooMuch() {
    SecretTensor _ = b.truncate(vector(1L << 61), 16);
    SecretTensor _ = b.truncate(vector((1L << 61) + (1L << 20)), 16);
    assertThat(only().promise()).isEqualTo(Promise.TRUNCATED);
    broken.clear();

    Object _ = b.negative(b.within(vector(200), new ValueRange(255)), 9);
    Object _ = b.negative(b.within(vector(300), new ValueRange(255)), 9);
    assertThat(broken.stream().map(BrokenRange::promise))
        .containsExactly(Promise.DECLARED, Promise.COMPARED);
  }

  /** A polynomial far outside of its interval wraps around, and is multiplied by zero then. */
  @Test
  void doesNotTellOfWhatIsDroppedLater() {
    double[] far = {-3000, -100, -20, 0, 20, 100, 3000};
    SecretTensor x = vector(FORMAT.encode(far));

    SecretTensor exponential =
        Exponential.ofNonPositive(b, vector(FORMAT.encode(new double[] {-9000, -30, 0})));
    SecretTensor sigmoid = Sigmoid.approximate(b, b.truncate(x, 16 - Sigmoid.INPUT.fractionBits()));

    assertThat(broken).isEmpty();
    assertThat(exponential.format().decode(ClearBackend.codes(exponential)))
        .containsExactly(new double[] {0, 0, 1}, Offset.offset(1e-3));
    assertThat(sigmoid.format().decode(ClearBackend.codes(sigmoid)))
        .containsExactly(new double[] {0, 0, 0, 0.5, 1, 1, 1}, Offset.offset(1e-3));
  }

  @Test
  void tellsOfSumsAndProductsThatWrapAround() {
    SecretTensor large = vector(1L << 62, -(1L << 62));
    SecretTensor _ = b.subtract(large, vector(1L << 61, -(1L << 61)));
    assertThat(broken).isEmpty();

    SecretTensor _ = b.subtract(large, vector(-(1L << 62) - 2048, 0));
    SecretTensor _ = b.multiply(large, 3);
    SecretTensor _ = b.multiply(large, large);
    SecretTensor _ = b.sumRows(b.reshape(vector(1L << 62, 1L << 62, 1L << 62), Shape.matrix(3, 1)));

    assertThat(broken).hasSize(4).allMatch(one -> one.promise() == Promise.NOT_WRAPPED);
    assertThat(broken.get(1).value()).isEqualTo(Math.scalb(3.0, 62 - 16));
  }

  /** Sums that pass the end of the ring on the way and come back are no trouble. */
  @Test
  void aSumIsJudgedByItsEnd() {
    SecretTensor parts = vector(1L << 62, 1L << 62, 1L << 62, -(1L << 62), -(1L << 62));

    SecretTensor sum = b.sumRows(b.reshape(parts, Shape.matrix(5, 1)));

    assertThat(ClearBackend.codes(sum)).containsExactly(1L << 62);
    assertThat(broken).isEmpty();
  }

  @Test
  void wideProductsAreThoseOfBigIntegers() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
    for (int bits = 24; bits <= 62; bits += 2) {
      long[] x = codes(random, 12, bits);
      long[] y = codes(random, 20, bits);
      SecretTensor left = b.constant(Shape.matrix(3, 4), FORMAT, x);
      SecretTensor right = b.constant(Shape.matrix(4, 5), FORMAT, y);
      SecretProduct product = new SecretProduct.OfMatrices(left, false, right, false);
      BigInteger largest = BigInteger.ZERO;
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 5; j++) {
          BigInteger sum = BigInteger.ZERO;
          for (int k = 0; k < 4; k++) {
            sum =
                sum.add(
                    BigInteger.valueOf(x[4 * i + k]).multiply(BigInteger.valueOf(y[5 * k + j])));
          }
          largest = largest.max(sum.abs());
        }
      }

      broken.clear();
      List<SecretTensor> _ = b.products(List.of(product));

      assertThat(broken).hasSize(largest.bitLength() > 63 ? 1 : 0);
      if (largest.bitLength() > 63) {
        assertThat(only().value())
            .isCloseTo(Math.scalb(largest.doubleValue(), -32), Percentage.withPercentage(1e-9));
      }
    }
  }

  @Test
  void convolutionsAreWatchedToo() {
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            1, 1, 1, 1, List.of(3, 3), List.of(2, 2), List.of(1, 1), List.of(0, 0), List.of(1, 1));
    SecretTensor input = b.constant(new Shape(List.of(1, 1, 3, 3)), FORMAT, filled(9, 1L << 31));
    SecretTensor weights = b.constant(new Shape(List.of(1, 1, 2, 2)), FORMAT, filled(4, 1L << 31));

    List<SecretTensor> _ =
        b.products(List.of(new SecretProduct.Convolution(geometry, weights, input)));

    assertThat(only().promise()).isEqualTo(Promise.NOT_WRAPPED);
    assertThat(only().value()).isEqualTo(Math.scalb(1.0, 64 - 32));
  }

  private static long[] filled(int size, long code) {
    long[] codes = new long[size];
    Arrays.fill(codes, code);
    return codes;
  }

  private static long[] codes(RandomGenerator random, int size, int bits) {
    return random.longs(size, -(1L << bits), 1L << bits).toArray();
  }
}
