package io.consilium.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics on shares against their definitions, over the whole range of spreads. */
final class JointPreprocessingTest {
  private static final long SEED = Long.getLong("seed", 20260723L);

  /** Half widths of uniform features, in parts of the range; the last one is constant. */
  private static final double[] WIDTHS = {
    0.5, 0.3, 0.1, 0.03, 0.0141, 0.0130, 0.01, 0.003, 0.001, 0.0003, 0.0002, 0.00015, 0.00003, 1e-5,
    1e-6, 1e-7, 3e-8, 1e-8, 0
  };

  private static final int CONSTANT = 1;

  /** From here on scales are right to 1 %. */
  private static final double DEVIATION_MIN = 0x1p-28;

  private static final JointPreprocessing PREPROCESSING = new JointPreprocessing(true);

  private record Statistics(double[] means, double[] scales, double[] limits) {}

  private static SecretTensor in(Backend b, Shape shape, FixedPoint format, double[] reals) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
    return b.input(ComputeParty.P0, shape, format, owns ? format.encode(reals) : new long[0]);
  }

  private static Statistics computed(Backend b, int rows, double[] features, double[] presence) {
    Shape shape = Shape.matrix(rows, WIDTHS.length);
    SecretTensor x = in(b, shape, Formats.FEATURES, features);
    SecretTensor there = in(b, shape, FixedPoint.INTEGER, presence);
    SecretTensor means = PREPROCESSING.means(b, b.sumRows(x), b.sumRows(there));
    return statistics(b, means, PREPROCESSING.centred(b, x, there, means));
  }

  private static Statistics computed(Backend b, int rows, double[] features) {
    SecretTensor x = in(b, Shape.matrix(rows, WIDTHS.length), Formats.FEATURES, features);
    SecretTensor means = PREPROCESSING.means(b, b.sumRows(x), rows);
    return statistics(b, means, PREPROCESSING.centred(b, x, means));
  }

  private static Statistics statistics(Backend b, SecretTensor means, SecretTensor centred) {
    Optional<JointPreprocessing.Squares> squares =
        Optional.of(PREPROCESSING.sumsOfSquares(b, centred));
    Deviations deviations =
        PREPROCESSING.deviations(b, squares, centred.shape().rows(), centred.shape().columns());
    return new Statistics(
        Trial.opened(b, means),
        Trial.opened(b, deviations.scales()),
        Trial.opened(b, deviations.limits()));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 64, 100, 1000, 5000, 9001})
  void meansAndScalesAreThoseOfAllRows(int rows) {
    verify(rows, true);
  }

  /** The number of values is public then. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 64, 1000, 9001})
  void meansAndScalesAreThoseOfAllRowsWithoutMissingValues(int rows) {
    verify(rows, false);
  }

  /** The largest sums there may be: they leave the ring if a format is too wide. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 1})
  void meansOfAsManyRowsAsThereMayBe(double value) {
    Backend b = new ClearBackend();
    int rows = DataLayout.ROWS_MAX;
    long[] sum = {rows * Formats.featureCodes(new double[] {value})[0]};
    SecretTensor ofRows = b.constant(Shape.vector(1), Formats.FEATURES, sum);

    SecretTensor means = PREPROCESSING.means(b, ofRows, rows);

    assertThat(Trial.opened(b, means)[0]).isCloseTo(value, within(5e-10));
  }

  private static void verify(int rows, boolean mayMiss) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED + rows);
    int columns = WIDTHS.length;
    double[] features = new double[rows * columns];
    double[] presence = new double[rows * columns];
    double[] sums = new double[columns];
    double[] counts = new double[columns];
    for (int i = 0; i < rows * columns; i++) {
      int j = i % columns;
      boolean there = !mayMiss || i < columns || random.nextDouble() < 0.7;
      double centre = WIDTHS[j] == 0.5 ? 0.5 : 0.37;
      double value = Math.clamp(centre + WIDTHS[j] * (2 * random.nextDouble() - 1), 0, 1);
      features[i] = there ? Formats.FEATURES.decode(Formats.FEATURES.encode(value)) : 0;
      presence[i] = there ? 1 : 0;
      sums[j] += features[i];
      counts[j] += presence[i];
    }
    double[] squares = new double[columns];
    for (int i = 0; i < rows * columns; i++) {
      int j = i % columns;
      double difference = presence[i] * (features[i] - sums[j] / counts[j]);
      squares[j] += difference * difference;
    }

    Function<Backend, Statistics> computed =
        b -> mayMiss ? computed(b, rows, features, presence) : computed(b, rows, features);
    List<Statistics> results =
        List.of(
            computed.apply(new ClearBackend()),
            new ThreeParties(SEED).run(computed::apply).results().getFirst());

    for (Statistics statistics : results) {
      for (int j = 0; j < columns; j++) {
        double deviation = Math.sqrt(squares[j] / rows);
        String name = "feature " + j + " of " + rows + " rows with seed " + SEED;
        assertThat(Math.abs(statistics.means()[j] - sums[j] / counts[j]))
            .as(name)
            .isLessThan(5e-10);
        if (j >= columns - CONSTANT) {
          assertThat(statistics.scales()[j]).as(name).isZero();
        } else if (deviation > DEVIATION_MIN) {
          // The mean is rounded to a unit of 2^-32, and so is what a party may round by chance.
          double units = 0x1p-32 / deviation;
          double coarse = deviation > 0x1p-13 ? 0x1p-20 / deviation : 0;
          double ofSquares = coarse * coarse + coarse / Math.sqrt(rows);
          assertThat(Math.abs(statistics.scales()[j] * deviation - 1))
              .as(name)
              .isLessThan(1e-4 + 2 * units * units + ofSquares);
          assertThat(statistics.limits()[j] / deviation).as(name).isBetween(64.0, 260.0);
        }
      }
    }
  }
}
