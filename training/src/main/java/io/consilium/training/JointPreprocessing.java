package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Reciprocal;
import io.consilium.protocols.functions.ReciprocalSquareRoot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Mean imputation and standardisation over the rows of all sites, on shares; nothing is opened.
 *
 * <p>The mean is over the values that are there. Missing values become the mean, and the standard
 * deviation is over all rows then (population, as in scikit-learn's pipeline of both). A feature
 * whose standard deviation is below 2^-14 of its range counts as constant and has the scale 0.
 *
 * <p>Leaks: shapes.
 */
final class JointPreprocessing {
  /** Rows whose squares are summed before bits are taken away: 2^12 squares of 48 bits. */
  private static final int CHUNK_ROWS = 1 << 12;

  /** The format of 1/n: the ring has room for a residual of 2^-14 at 30 bits times it. */
  private static final FixedPoint RECIPROCAL = new FixedPoint(44);

  /** The format of a public 1/n. */
  private static final FixedPoint PUBLIC_RECIPROCAL = new FixedPoint(36);

  private static final int MEAN_BITS = 30;
  private static final int SQUARE_SUM_BITS = 36;

  private static final int VARIANCE_BITS = 44;

  /** Features lie between 0 and 1, and so do their variances. */
  private static final ValueRange VARIANCE_RANGE = ValueRange.of(new FixedPoint(VARIANCE_BITS), 1);

  /** Variances below 2^-14 keep 44 fraction bits, others 30. */
  private static final int SMALL_BITS = 14;

  private static final FixedPoint ROOT = new FixedPoint(20);

  private final boolean standardise;

  JointPreprocessing(boolean standardise) {
    this.standardise = standardise;
  }

  /**
   * The mean of the present values of each feature, [d]; 0 if no site has any.
   *
   * <p>1/n is good to 1e-5 only, so the first mean is corrected by what it leaves: the residual sum
   * - n mean is exact, and its product with 1/n has the error squared.
   *
   * @param sum of all rows, [d] in the format {@link Formats#FEATURES}
   * @param count the values that are there, [d] integers
   */
  SecretTensor means(Backend b, SecretTensor sum, SecretTensor count) {
    SecretTensor reciprocal = Reciprocal.of(b, count, RECIPROCAL);
    int featureBits = Formats.FEATURES.fractionBits();
    SecretTensor coarse = b.truncate(reciprocal, 8);
    int excess = featureBits + RECIPROCAL.fractionBits() - 8 - MEAN_BITS;
    SecretTensor mean = b.truncate(b.multiply(sum, coarse), excess);
    SecretTensor residual =
        b.subtract(b.widen(sum, MEAN_BITS - featureBits), b.multiply(count, mean));
    SecretTensor correction = b.multiply(b.reinterpret(residual, FixedPoint.INTEGER), reciprocal);
    SecretTensor corrected =
        b.add(
            mean, b.reinterpret(b.truncate(correction, RECIPROCAL.fractionBits()), mean.format()));
    return b.truncate(corrected, MEAN_BITS - Formats.MEANS.fractionBits());
  }

  /**
   * The mean of each feature where every value is there, [d]. 1/n is public; the sum of 44 bits
   * leaves it 36, and the first mean is corrected as above.
   *
   * <p>Rounds: 6.
   */
  SecretTensor means(Backend b, SecretTensor sum, int rows) {
    long reciprocal = PUBLIC_RECIPROCAL.encode(1.0 / rows);
    FixedPoint mean = new FixedPoint(MEAN_BITS);
    int featureBits = Formats.FEATURES.fractionBits();
    SecretTensor coarse =
        b.reinterpret(b.multiply(sum, reciprocal), Formats.FEATURES.times(PUBLIC_RECIPROCAL));
    SecretTensor first = b.truncate(coarse, coarse.format().fractionBits() - MEAN_BITS);
    SecretTensor residual =
        b.subtract(b.widen(sum, MEAN_BITS - featureBits), b.multiply(first, rows));
    SecretTensor correction = b.reinterpret(b.multiply(residual, reciprocal), PUBLIC_RECIPROCAL);
    SecretTensor shortened = b.truncate(correction, PUBLIC_RECIPROCAL.fractionBits());
    SecretTensor corrected = b.add(first, b.reinterpret(shortened, mean));
    return b.truncate(corrected, MEAN_BITS - Formats.MEANS.fractionBits());
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

  /** Whether {@link #scales} looks at the squares. */
  boolean needsSquares() {
    return standardise;
  }

  /**
   * One over the standard deviation of each feature, [d].
   *
   * @param squares what {@link #sumOfSquares} gave for all rows; ignored without standardisation
   */
  SecretTensor scales(Backend b, Optional<SecretTensor> squares, int rows, int features) {
    if (!standardise) {
      return Arrangement.constant(b, Shape.vector(features), Formats.SCALES, 1);
    }
    // 2^h is the next power of two: the variance times rows / 2^h is a shift of the sum.
    int h = Integer.SIZE - Integer.numberOfLeadingZeros(rows - 1);
    double part = Math.scalb((double) rows, -h);
    SecretTensor variance = b.within(variance(b, squares.orElseThrow(), h), VARIANCE_RANGE);

    // Which variances are small, and which are none.
    double varianceMin = TrainingPlan.DEVIATION_MIN * TrainingPlan.DEVIATION_MIN;
    long smallest = Math.round(part * Math.scalb(varianceMin, VARIANCE_BITS));
    long small = 1L << (VARIANCE_BITS - SMALL_BITS);
    SecretBits below =
        b.negative(
            b.concatenate(List.of(b.addCode(variance, -small), b.addCode(variance, -smallest))));
    SecretBits isSmall = b.slice(below, 0, features);
    SecretBits isVarying = b.not(b.slice(below, features, 2 * features));

    // The variance has 30 fraction bits, or 44 if it is small: then the root is 2^7 times as large.
    SecretTensor shortened = b.reinterpret(b.truncate(variance, SMALL_BITS), variance.format());
    Backend.BitProducts choice =
        b.bitProducts(List.of(isSmall), List.of(isSmall), List.of(b.subtract(variance, shortened)));
    SecretTensor chosen =
        b.reinterpret(
            b.add(shortened, choice.products().getFirst()),
            new FixedPoint(VARIANCE_BITS - SMALL_BITS));
    SecretTensor root = ReciprocalSquareRoot.of(b, chosen, ROOT);
    SecretTensor factor =
        b.addCode(b.multiply(choice.integers().getFirst(), (1L << SMALL_BITS / 2) - 1), 1);
    SecretTensor scaled =
        b.reinterpret(
            b.multiply(b.multiply(root, factor), ROOT.encode(Math.sqrt(part))), ROOT.times(ROOT));
    int excess = 2 * ROOT.fractionBits() - Formats.SCALES.fractionBits();
    return b.select(isVarying, b.truncate(scaled, excess));
  }

  /**
   * The sum of the squares of some rows, [d] with 36 fraction bits.
   *
   * <p>Rounds: 3.
   */
  SecretTensor sumOfSquares(Backend b, SecretTensor centred) {
    int rows = centred.shape().rows();
    List<SecretTensor> sums = new ArrayList<>();
    for (int from = 0; from < rows; from += CHUNK_ROWS) {
      SecretTensor chunk = b.rowRange(centred, from, Math.min(rows, from + CHUNK_ROWS));
      sums.add(b.dotRows(chunk, chunk));
    }
    int[] excess = new int[sums.size()];
    Arrays.fill(excess, sums.getFirst().format().fractionBits() - SQUARE_SUM_BITS);
    return b.truncate(sums, excess).stream().reduce(b::add).orElseThrow();
  }

  /** sum / 2^h with 44 fraction bits. */
  private static SecretTensor variance(Backend b, SecretTensor sum, int h) {
    SecretTensor divided = b.reinterpret(sum, new FixedPoint(SQUARE_SUM_BITS + h));
    int excess = SQUARE_SUM_BITS + h - VARIANCE_BITS;
    return excess >= 0 ? b.truncate(divided, excess) : b.widen(divided, -excess);
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

  /** Weights of the centred features: weight * scale, [d, outputs]. */
  SecretTensor folded(Backend b, SecretTensor weights, SecretTensor scales) {
    if (!standardise) {
      return weights;
    }
    int outputs = weights.shape().columns();
    SecretTensor product = b.multiply(weights, Arrangement.repeatColumns(b, scales, outputs));
    return b.truncate(product, Formats.SCALES.fractionBits());
  }
}
