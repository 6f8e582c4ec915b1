package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Clamp;
import io.consilium.protocols.functions.OneHot;
import io.consilium.protocols.functions.Reciprocal;
import io.consilium.protocols.functions.RootQuotient;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Mean imputation and standardisation over the rows of all sites, on shares; nothing is opened.
 *
 * <p>The mean is over the values that are there. Missing values become the mean, and the standard
 * deviation is over all rows then (population, as in scikit-learn's pipeline of both).
 *
 * <p>Deviations are right over the whole range of what can be shared: the squares are summed twice,
 * rounded to 20 fraction bits, where no sum leaves the ring, and with all 32, where only those of
 * small deviations fit. Which of the two counts is decided on shares. A feature whose deviation is
 * below 2^-31 of its range, half a unit of what is shared, is constant: its scale is 0. From there
 * to 2^-30 the scale is that of 2^-30.
 *
 * <p>Leaks: shapes.
 */
final class JointPreprocessing {
  /** The format of 1/n for secret counts; shorter ones are taken of it. */
  private static final FixedPoint RECIPROCAL = new FixedPoint(44);

  /** Fraction bits of 1/n: sums, what the first mean leaves of them, and what the second leaves. */
  private static final int FIRST_BITS = 28;

  private static final int SECOND_BITS = 34;
  private static final int LAST_BITS = 32;

  /** Fraction bits of values whose squares always fit. */
  private static final int COARSE_BITS = 20;

  /** Deviations below 2^-13 of the range are computed from the exact squares. */
  private static final int SMALL_BITS = 13;

  /** A variance has 48 fraction bits, a small one 2 * SMALL_BITS more. */
  private static final int VARIANCE_BITS = 48;

  /** Variances are at most 1. */
  private static final int VARIANCE_WIDTH = VARIANCE_BITS + 2;

  /** The variance of 2^-30 of the range. */
  private static final long VARIANCE_MIN = 1L << (VARIANCE_BITS + 2 * SMALL_BITS - 60);

  /** The square of 2^-31 of the range, in units of exact squares. */
  private static final long CONSTANT_SQUARE = 4;

  /** Sums of exact squares of small deviations: 2^20 rows of 2^-26. */
  private static final ValueRange SQUARES_RANGE = new ValueRange(1L << 60);

  private static final ValueRange VARIANCE_RANGE = ValueRange.ofWidth(VARIANCE_WIDTH + 1);

  /** A question's value may be so many deviations from the mean, at most. */
  private static final int LIMIT_BITS = 8;

  private static final FixedPoint ROOT = new FixedPoint(20);

  private final boolean standardise;

  JointPreprocessing(boolean standardise) {
    this.standardise = standardise;
  }

  /**
   * The mean of the present values of each feature, [d]; 0 if no site has any.
   *
   * @param sum of all rows, [d] in the format {@link Formats#FEATURES}
   * @param count the values that are there, [d] integers
   */
  SecretTensor means(Backend b, SecretTensor sum, SecretTensor count) {
    SecretTensor exact = Reciprocal.of(b, count, RECIPROCAL);
    return means(
        b,
        sum,
        mean -> b.multiply(count, mean),
        (x, bits) -> {
          SecretTensor shortened = b.truncate(exact, RECIPROCAL.fractionBits() - bits);
          return b.reinterpret(b.multiply(x, shortened), new FixedPoint(bits));
        });
  }

  /**
   * The mean of each feature where every value is there, [d]. 1/n is public.
   *
   * <p>Rounds: 11.
   */
  SecretTensor means(Backend b, SecretTensor sum, int rows) {
    return means(
        b,
        sum,
        mean -> b.multiply(mean, rows),
        (x, bits) ->
            b.reinterpret(
                b.multiply(x, new FixedPoint(bits).encode(1.0 / rows)), new FixedPoint(bits)));
  }

  /**
   * 1/n has few bits where n is large, since the sum leaves it no more. So the mean is corrected
   * twice by what it leaves of the sum: that is exact, and its product with 1/n has the error
   * squared. The last time it is rounded to the nearest, so that the mean of equal values is that
   * value, to one unit.
   *
   * @param total n times a mean
   * @param divided integers over n, with so many fraction bits
   */
  private static SecretTensor means(
      Backend b,
      SecretTensor sum,
      UnaryOperator<SecretTensor> total,
      BiFunction<SecretTensor, Integer, SecretTensor> divided) {
    SecretTensor codes = b.reinterpret(sum, FixedPoint.INTEGER);
    SecretTensor first = b.truncate(divided.apply(codes, FIRST_BITS), FIRST_BITS);
    SecretTensor left = b.subtract(codes, total.apply(first));
    SecretTensor second = b.add(first, b.truncate(divided.apply(left, SECOND_BITS), SECOND_BITS));
    SecretTensor rest = b.subtract(codes, total.apply(second));
    SecretTensor last = b.truncateExactly(divided.apply(rest, LAST_BITS), LAST_BITS);
    return b.reinterpret(b.add(second, last), Formats.MEANS);
  }

  /**
   * The rows less the mean, missing values being the mean: presence * (x - mean); without
   * standardisation the mean is not subtracted. Exact: equal rows stay equal.
   *
   * <p>Shape: [n, d]. Rounds: 1. Bytes: 24 n d.
   */
  SecretTensor centred(
      Backend b, SecretTensor features, SecretTensor presence, SecretTensor means) {
    SecretTensor repeated = b.repeat(means, features.shape().rows());
    SecretTensor subtracted = b.subtract(features, b.multiply(presence, repeated));
    return standardise ? subtracted : b.add(subtracted, repeated);
  }

  /** The same where every value is there: local. */
  SecretTensor centred(Backend b, SecretTensor features, SecretTensor means) {
    return standardise ? b.subtract(features, b.repeat(means, features.shape().rows())) : features;
  }

  /**
   * The same of whatever ring elements somebody asks about: a mask counts by its lowest bit, and a
   * value is at most as far from the mean as the limits say.
   *
   * <p>Shape: [n, d]. Rounds: 13. Bytes: 191 n d.
   */
  SecretTensor centredQuestion(
      Backend b,
      SecretTensor features,
      SecretTensor mask,
      SecretTensor means,
      SecretTensor limits) {
    int rows = features.shape().rows();
    SecretTensor repeated = b.repeat(means, rows);
    SecretTensor difference = Arrangement.flat(b, b.subtract(features, repeated));
    SecretTensor there = b.select(OneHot.parity(b, mask), difference);
    SecretTensor bounded = limited(b, b.reshape(there, features.shape()), limits);
    return standardise ? bounded : b.add(bounded, repeated);
  }

  /**
   * Centred rows that the statistics are not of, cut off where {@link #centredQuestion} does.
   *
   * <p>Rounds: 9. Bytes: 158 n d; nothing without standardisation.
   */
  SecretTensor bounded(Backend b, SecretTensor centred, SecretTensor limits) {
    return standardise ? limited(b, centred, limits) : centred;
  }

  private static SecretTensor limited(Backend b, SecretTensor centred, SecretTensor limits) {
    ValueRange most = new ValueRange(1L << (Formats.FEATURES.fractionBits() + LIMIT_BITS));
    SecretTensor repeated = b.within(b.repeat(limits, centred.shape().rows()), most);
    return b.within(Clamp.within(b, centred, repeated), ValueRange.UNDECLARED);
  }

  /** Whether {@link #deviations} looks at the squares. */
  boolean needsSquares() {
    return standardise;
  }

  /**
   * Sums of squares of some rows, [d] integers in units of the last places.
   *
   * @param coarse of values with 20 fraction bits
   * @param exact of all 32; where it leaves the ring, the coarse one is large
   */
  record Squares(SecretTensor coarse, SecretTensor exact) {
    Squares plus(Backend b, Squares other) {
      return new Squares(b.add(coarse, other.coarse), b.add(exact, other.exact));
    }

    List<SecretTensor> tensors() {
      return List.of(coarse, exact);
    }
  }

  /**
   * The sums of the squares of some rows.
   *
   * <p>Rounds: 4. Bytes: 6 n d, and 48 d.
   */
  Squares sumsOfSquares(Backend b, SecretTensor centred) {
    SecretTensor shortened = b.truncate(centred, Formats.FEATURES.fractionBits() - COARSE_BITS);
    SecretTensor coarse = b.reinterpret(shortened, FixedPoint.INTEGER);
    SecretTensor exact = b.reinterpret(centred, FixedPoint.INTEGER);
    return new Squares(b.dotRows(coarse, coarse), b.dotRowsModulo(exact, exact));
  }

  /**
   * One over the standard deviation of each feature.
   *
   * @param squares of all rows; ignored without standardisation
   */
  Deviations deviations(Backend b, Optional<Squares> squares, int rows, int features) {
    if (!standardise) {
      return Deviations.none(b, features);
    }
    // 2^h is the next power of two: the variance times rows / 2^h is a shift of the sum.
    int h = Integer.SIZE - Integer.numberOfLeadingZeros(rows - 1);
    SecretTensor coarse = squares.orElseThrow().coarse();
    long smallest = (long) rows << (2 * (COARSE_BITS - SMALL_BITS));
    SecretBits isSmall = b.negative(b.addCode(coarse, -smallest), Long.SIZE - 2);

    // The variance in the format that it needs: of a small one all bits count.
    SecretTensor large = shifted(b, coarse, h + 2 * COARSE_BITS - VARIANCE_BITS);
    Backend.BitProducts chosen =
        b.bitProducts(
            List.of(isSmall),
            List.of(isSmall, isSmall),
            List.of(large, squares.orElseThrow().exact()));
    SecretTensor exact = b.within(chosen.products().getLast(), SQUARES_RANGE);
    int exactBits = 2 * (Formats.FEATURES.fractionBits() - SMALL_BITS);
    SecretTensor small = shifted(b, exact, h + exactBits - VARIANCE_BITS);
    SecretTensor either = b.add(b.subtract(large, chosen.products().getFirst()), small);
    SecretTensor variance = b.within(either, VARIANCE_RANGE);

    // Which are none, and which are smaller than their format has room for.
    SecretTensor below = b.addCode(variance, -VARIANCE_MIN);
    SecretBits signs =
        b.negative(b.concatenate(List.of(below, b.addCode(exact, -CONSTANT_SQUARE * rows))));
    SecretBits isConstant = b.and(isSmall, b.slice(signs, features, 2 * features));
    SecretTensor raised = b.subtract(variance, b.select(b.slice(signs, 0, features), below));

    RootQuotient.Factors factors = RootQuotient.factors(b, raised, VARIANCE_WIDTH);
    return scaled(b, factors, chosen.integers().getFirst(), isConstant, rows, h);
  }

  private static Deviations scaled(
      Backend b,
      RootQuotient.Factors factors,
      SecretTensor small,
      SecretBits isConstant,
      int rows,
      int h) {
    // 1/sqrt(v) is root * word / 2, and 2^13 times that if the variance is small.
    double part = Math.scalb((double) rows, -h);
    SecretTensor root =
        b.reinterpret(
            b.multiply(factors.root(), ROOT.encode(Math.sqrt(part))), ROOT.times(ROOT).plus(1));
    SecretTensor mantissa =
        b.truncate(root, root.format().fractionBits() - Formats.SCALES.fractionBits());
    SecretTensor varying = b.select(b.not(isConstant), mantissa);

    SecretTensor power = b.addCode(b.multiply(small, (1L << SMALL_BITS) - 1), 1);
    // 2^8 deviations are 2^40 / power; the opposite of a word is 2^24 / word.
    int least =
        Formats.FEATURES.fractionBits() + LIMIT_BITS - SMALL_BITS - (VARIANCE_WIDTH / 2 - 1);
    long most = 1L << (least + SMALL_BITS);
    SecretTensor limit = b.addCode(b.multiply(small, (1L << least) - most), most);
    List<SecretTensor> products =
        b.multiply(List.of(factors.word(), factors.opposite()), List.of(power, limit));
    SecretTensor powers = products.getFirst();
    return new Deviations(
        b.multiply(varying, powers),
        varying,
        powers,
        b.reinterpret(products.getLast(), Formats.FEATURES));
  }

  /** Codes / 2^bits; a negative number of bits is local. */
  private static SecretTensor shifted(Backend b, SecretTensor x, int bits) {
    return bits > 0
        ? b.reinterpret(
            b.truncate(b.reinterpret(x, new FixedPoint(bits)), bits), FixedPoint.INTEGER)
        : b.multiply(x, 1L << -bits);
  }

  /** What the first layer sees: [n, d] with the given fraction bits. */
  SecretTensor prepared(Backend b, SecretTensor centred, SecretTensor scales, int fractionBits) {
    SecretTensor scaled = centred;
    if (standardise) {
      scaled = b.multiply(centred, b.repeat(scales, centred.shape().rows()));
    }
    int excess = scaled.format().fractionBits() - fractionBits;
    return excess == 0 ? scaled : b.truncate(scaled, excess);
  }

  /**
   * Weights of the centred features: weight * scale, [d, outputs] in the format {@link
   * Formats#FOLDED}. The power of two comes last: before it, nothing is large.
   */
  SecretTensor folded(Backend b, SecretTensor weights, Deviations deviations) {
    int excess = Formats.WEIGHTS.fractionBits() - Formats.FOLDED.fractionBits();
    SecretTensor shortened = b.truncate(weights, excess);
    if (!standardise) {
      return shortened;
    }
    int outputs = weights.shape().columns();
    SecretTensor mantissas = Arrangement.repeatColumns(b, deviations.mantissas(), outputs);
    SecretTensor scaled =
        b.truncate(b.multiply(shortened, mantissas), Formats.SCALES.fractionBits());
    return b.multiply(scaled, Arrangement.repeatColumns(b, deviations.powers(), outputs));
  }
}
