package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.List;

/**
 * exp(z_k) / sum exp(z_j) by rows.
 *
 * <p>For up to 16 classes: the largest logit by all pairs at once (see {@link Ranking}); x = z less
 * the largest, and -12 where it is below, which the same comparisons tell; exp(x) as the square of
 * a Chebyshev series of degree 7, with errors of exp(x) below 4e-5; and a division by the sum S,
 * which lies in [1, k], without a normalisation of its range: g = exp(x) w(S) with w linear, whose
 * relative error r = 1 - sum g shows in the sum, and then g (1 + r) (1 + r^2) leaves r^4.
 *
 * <p>Domain: [n, k], |z| < 2^13, and |z| < 768 with 34 to 40 fraction bits. Largest error: 3e-4.
 * Rounds for 10 classes: 35. For more than 16 classes: 7 a level of a tournament, and 54. Two more
 * for more than 40 fraction bits, or more than 16 and many classes.
 */
public final class Softmax {
  private static final FixedPoint F = new FixedPoint(16);

  /** The format of x / 6. */
  private static final FixedPoint UNIT = new FixedPoint(15);

  /** The format of the exponentials and of what becomes the result. */
  private static final FixedPoint PART = new FixedPoint(18);

  /** The format of what a sum lacks to 1: three times this and PART are 60 bits. */
  private static final FixedPoint REST = new FixedPoint(14);

  private static final double SCALE = 6;

  /** x / SCALE from here on down is replaced by it. */
  private static final double LOWEST = -2;

  /** Logits in their unit: differences and the margin together stay below 2^13. */
  private static final ValueRange UNIT_RANGE = ValueRange.of(UNIT, (1 << 12) - 2);

  /** Logits in the default format. */
  private static final ValueRange DOMAIN = ValueRange.of(F, 1 << 13);

  /** exp((u - 1) SCALE / 2), exact at u = 1; its square is within 3.7e-5 of exp((u - 1) SCALE). */
  private static final ChebyshevSeries ROOT =
      new ChebyshevSeries(
          0.24298095703125,
          0.3936767578125,
          0.22357177734375,
          0.095550537109375,
          0.03240966796875,
          0.009185791015625,
          0.001953125,
          0.00067138671875);

  /** A product with more fraction bits is shortened before it is converted. */
  private static final int LOGIT_BITS_MAX = 40;

  private static final int CONVERSION_BITS_MAX = 20;
  private static final int CONVERTED_BITS_MAX = 54;
  private static final FixedPoint START = new FixedPoint(13);

  /** What may be left of the relative error of the division. */
  private static final double DIVISION_ERROR = 3e-5;

  private Softmax() {}

  /** What the loss needs as well: the logits less their maximum, and the sum of exponentials. */
  record Parts(SecretTensor shifted, SecretTensor exponentials, SecretTensor sums) {}

  /** The result has 16 fraction bits. A product may be given as it is, not truncated. */
  public static SecretTensor of(Backend b, SecretTensor logits) {
    int k = logits.shape().columns();
    if (k < 2 || k > Ranking.VALUES_MAX) {
      return ofMany(b, inDefaultFormat(b, logits));
    }
    boolean fits = logits.format().fractionBits() <= LOGIT_BITS_MAX;
    SecretTensor z = inUnits(b, fits ? logits : inDefaultFormat(b, logits));
    SecretTensor exponentials = exponentials(b, b.transpose(z));
    return b.reshape(b.transpose(proportions(b, exponentials)), logits.shape());
  }

  private static SecretTensor inDefaultFormat(Backend b, SecretTensor x) {
    int excess = x.format().fractionBits() - F.fractionBits();
    return excess > 0 ? b.truncate(x, excess) : b.widen(x, -excess);
  }

  /** z / SCALE in the format UNIT; one truncation for the constant and the format. */
  private static SecretTensor inUnits(Backend b, SecretTensor logits) {
    int own = logits.format().fractionBits();
    int bits = Math.min(CONVERSION_BITS_MAX, CONVERTED_BITS_MAX - own);
    FixedPoint constant = new FixedPoint(bits);
    SecretTensor scaled = b.multiply(logits, constant.encode(1 / SCALE));
    SecretTensor converted = b.reinterpret(scaled, logits.format().times(constant));
    SecretTensor inUnits = b.truncate(converted, own + bits - UNIT.fractionBits());
    return Comparisons.inDomain(b, inUnits, UNIT_RANGE);
  }

  /** [k, n] logits to exponentials less the maximum of their column. */
  private static SecretTensor exponentials(Backend b, SecretTensor z) {
    int k = z.shape().rows();
    Ranking ranking = Ranking.withMargin(b, z, UNIT.encode(-LOWEST));
    Backend.BitProducts parts =
        b.bitProducts(
            List.of(b.concatenateBits(ranking.near())),
            List.of(b.concatenateBits(ranking.largest())),
            List.of(flat(b, z)));
    SecretTensor largest = b.sumRows(b.reshape(parts.products().getFirst(), z.shape()));
    SecretTensor near = b.reshape(parts.integers().getFirst(), z.shape());
    SecretTensor x = b.subtract(z, b.repeat(largest, k));
    // u = x + 1 from -1 to 1, and -1 for what is not near.
    SecretTensor u = b.addReal(b.multiply(near, b.addReal(x, -LOWEST)), LOWEST + 1);
    int excess = ChebyshevSeries.OUTPUT.fractionBits() - PART.fractionBits();
    SecretTensor root = b.truncate(ROOT.at(b, u), excess);
    return b.truncate(b.multiply(root, root), PART.fractionBits());
  }

  /** [k, n] numbers over the sums of their columns, where the largest is 1. */
  private static SecretTensor proportions(Backend b, SecretTensor e) {
    int k = e.shape().rows();
    double range = 1 + 6.0 * k + (double) k * k;
    SecretTensor slope = b.multiply(b.sumRows(e), -START.encode(8 / range));
    SecretTensor start = b.addReal(b.reinterpret(slope, PART.times(START)), 8 * (1 + k) / range);
    SecretTensor product = b.multiply(e, b.repeat(start, k));
    double error = (k - 1.0) * (k - 1.0) / range;
    while (error > DIVISION_ERROR) {
      Quotient quotient = Quotient.of(b, product);
      boolean closeEnough = error * error <= DIVISION_ERROR;
      product = closeEnough ? quotient.quadratic(b) : quotient.quartic(b);
      error = Math.pow(error, closeEnough ? 2 : 4);
    }
    return b.truncate(product, product.format().fractionBits() - F.fractionBits());
  }

  /**
   * Parts g of a whole, and what their sum lacks to 1.
   *
   * @param g [k, n]
   * @param rest [n]; an error in it is common to all parts, and the next step sees it
   */
  private record Quotient(SecretTensor g, SecretTensor rest) {
    static Quotient of(Backend b, SecretTensor product) {
      int bits = product.format().fractionBits();
      int[] excess = {bits - PART.fractionBits(), bits - REST.fractionBits()};
      List<SecretTensor> shortened = b.truncate(List.of(product, b.sumRows(product)), excess);
      return new Quotient(shortened.getFirst(), b.addReal(b.negate(shortened.getLast()), 1));
    }

    /** g (1 + r) (1 + r^2), at 60 fraction bits. Rounds: 2. */
    SecretTensor quartic(Backend b) {
      List<SecretTensor> products = b.multiply(List.of(g, rest), List.of(factor(b, rest), rest));
      return b.multiply(products.getFirst(), factor(b, products.getLast()));
    }

    /** g (1 + r). Rounds: 1. */
    SecretTensor quadratic(Backend b) {
      return b.multiply(g, factor(b, rest));
    }

    private SecretTensor factor(Backend b, SecretTensor r) {
      return b.repeat(b.addReal(r, 1), g.shape().rows());
    }
  }

  private static SecretTensor ofMany(Backend b, SecretTensor logits) {
    int n = logits.shape().rows();
    int k = logits.shape().columns();
    Parts parts = parts(b, logits);
    SecretTensor reciprocal = Reciprocal.of(b, parts.sums(), F);
    SecretTensor factors = b.rows(b.reshape(reciprocal, Shape.matrix(n, 1)), repeatEach(n, k));
    SecretTensor product =
        b.multiply(b.reshape(parts.exponentials(), Shape.vector(n * k)), flat(b, factors));
    return b.reshape(b.truncate(product, F.fractionBits()), logits.shape());
  }

  static Parts parts(Backend b, SecretTensor logits) {
    int n = logits.shape().rows();
    int k = logits.shape().columns();
    SecretTensor maximum = maximum(b, logits);
    SecretTensor repeated =
        b.reshape(b.rows(b.reshape(maximum, Shape.matrix(n, 1)), repeatEach(n, k)), logits.shape());
    SecretTensor shifted = b.subtract(logits, repeated);
    SecretTensor exponentials = Exponential.ofNonPositive(b, shifted);
    SecretTensor sums = b.sumRows(b.transpose(exponentials));
    return new Parts(shifted, exponentials, sums);
  }

  /**
   * The largest entry of each row.
   *
   * <p>Rounds: 7 and the depth of {@link Ranking} for up to 16 columns, else 7 a level of a
   * tournament.
   */
  public static SecretTensor maximum(Backend b, SecretTensor matrix) {
    SecretTensor players = b.transpose(Comparisons.inDomain(b, matrix, DOMAIN));
    while (players.shape().rows() > 1) {
      players =
          players.shape().rows() <= Ranking.VALUES_MAX ? best(b, players) : winners(b, players);
    }
    return b.reshape(players, Shape.vector(matrix.shape().rows()));
  }

  /** The largest of each column, by all pairs: [k, n] to [1, n]. */
  private static SecretTensor best(Backend b, SecretTensor players) {
    Ranking ranking = Ranking.of(b, players);
    SecretTensor chosen = b.select(b.concatenateBits(ranking.largest()), flat(b, players));
    SecretTensor sum = b.sumRows(b.reshape(chosen, players.shape()));
    SecretTensor largest = b.within(sum, players.range());
    return b.reshape(largest, players.shape().withRows(1));
  }

  /** The larger of each two, which is in the range of both: one level of a tournament. */
  private static SecretTensor winners(Backend b, SecretTensor players) {
    int pairs = players.shape().rows() / 2;
    SecretTensor left = b.rowRange(players, 0, pairs);
    SecretTensor right = b.rowRange(players, pairs, 2 * pairs);
    SecretTensor winners = b.within(Relu.maximum(b, left, right), players.range());
    return players.shape().rows() % 2 == 0
        ? winners
        : b.concatenate(List.of(winners, b.rowRange(players, 2 * pairs, 2 * pairs + 1)));
  }

  /**
   * One integer 1 a row, at the largest entry; of equal entries exactly one is taken. Shape: [n, k]
   * to [n, k]. Rounds: 7 and the depth of {@link Ranking} for up to 16 columns, else 8 a level of a
   * tournament.
   */
  public static SecretTensor oneHotOfMaximum(Backend b, SecretTensor logits) {
    SecretTensor matrix = Comparisons.inDomain(b, logits, DOMAIN);
    int k = matrix.shape().columns();
    if (k < 2 || k > Ranking.VALUES_MAX) {
      return oneHotOfTournament(b, matrix);
    }
    Ranking ranking = Ranking.of(b, b.transpose(matrix));
    SecretTensor hot = b.toArithmetic(b.concatenateBits(ranking.largest()));
    return b.transpose(b.reshape(hot, Shape.matrix(k, matrix.shape().rows())));
  }

  private static SecretTensor oneHotOfTournament(Backend b, SecretTensor matrix) {
    int n = matrix.shape().rows();
    int k = matrix.shape().columns();
    List<SecretTensor> values = new ArrayList<>();
    List<SecretTensor> hots = new ArrayList<>();
    for (int j = 0; j < k; j++) {
      values.add(b.columns(matrix, j, j + 1));
      long[] unit = new long[n * k];
      for (int i = 0; i < n; i++) {
        unit[i * k + j] = 1;
      }
      hots.add(b.constant(Shape.matrix(n, k), FixedPoint.INTEGER, unit));
    }
    while (values.size() > 1) {
      SecretTensor left = b.concatenate(evenOrOdd(values, 0));
      SecretTensor right = b.concatenate(evenOrOdd(values, 1));
      SecretTensor leftHot = b.concatenate(evenOrOdd(hots, 0));
      SecretTensor rightHot = b.concatenate(evenOrOdd(hots, 1));
      SecretBits rightIsSmaller = Comparisons.lessThan(b, right, left);
      Backend.BitProducts chosen =
          b.bitProducts(
              List.of(rightIsSmaller), List.of(rightIsSmaller), List.of(b.subtract(left, right)));
      SecretTensor best = b.within(b.add(right, chosen.products().getFirst()), matrix.range());
      SecretTensor choice =
          b.rows(
              b.reshape(chosen.integers().getFirst(), Shape.matrix(rightIsSmaller.size(), 1)),
              repeatEach(rightIsSmaller.size(), k));
      SecretTensor bestHot =
          b.add(
              rightHot,
              b.multiply(b.reshape(choice, leftHot.shape()), b.subtract(leftHot, rightHot)));
      boolean odd = values.size() % 2 == 1;
      List<SecretTensor> nextValues = split(b, best, n);
      List<SecretTensor> nextHots = split(b, bestHot, n);
      if (odd) {
        nextValues.add(values.getLast());
        nextHots.add(hots.getLast());
      }
      values = nextValues;
      hots = nextHots;
    }
    return hots.getFirst();
  }

  private static List<SecretTensor> evenOrOdd(List<SecretTensor> all, int parity) {
    List<SecretTensor> some = new ArrayList<>();
    for (int i = 0; i + 1 < all.size(); i += 2) {
      some.add(all.get(i + parity));
    }
    return some;
  }

  private static List<SecretTensor> split(Backend b, SecretTensor stacked, int rows) {
    List<SecretTensor> parts = new ArrayList<>();
    for (int from = 0; from < stacked.shape().rows(); from += rows) {
      parts.add(b.rowRange(stacked, from, from + rows));
    }
    return parts;
  }

  private static SecretTensor flat(Backend b, SecretTensor x) {
    return b.reshape(x, Shape.vector(x.size()));
  }

  /** 0, 0, .., 1, 1, .. : every index so many times. */
  static int[] repeatEach(int count, int times) {
    int[] indices = new int[count * times];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / times;
    }
    return indices;
  }
}
