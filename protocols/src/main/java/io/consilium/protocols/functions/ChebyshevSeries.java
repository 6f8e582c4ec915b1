package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * A sum of c_i T_i(u), i up to 7, for u in [-1, 1], with one truncation inside.
 *
 * <p>With u at 14 fraction bits, T_2, T_3 and T_4 fit the ring without a truncation (28, 42 and 56
 * bits), and with 15 as well (30, 45 and 60). The upper half is one product, since T_(4+k) = 2 T_4
 * T_k - T_(4-k):
 *
 * <pre>sum = A(T_1..T_3) + T_4 * B(T_1..T_3)</pre>
 *
 * where A and B are linear. T_i stay within [-1, 1], so nothing overflows; outside the interval the
 * result is without meaning and must be multiplied by zero.
 *
 * <p>Rounds: 5. Bytes per element: 135.
 */
final class ChebyshevSeries {
  /** The usual format of u. */
  static final FixedPoint INPUT = new FixedPoint(14);

  /** The format of the sum. */
  static final FixedPoint OUTPUT = new FixedPoint(46);

  private static final FixedPoint INNER = new FixedPoint(16);
  private static final FixedPoint COEFFICIENT = new FixedPoint(OUTPUT.fractionBits() - 32);
  private static final int TERMS = 8;

  private final double[] c;

  ChebyshevSeries(double... coefficients) {
    if (coefficients.length != TERMS) {
      throw new IllegalArgumentException("a series has " + TERMS + " terms");
    }
    this.c = coefficients.clone();
  }

  /** The interpolation of f over [from, to] at the Chebyshev nodes: near the best of its degree. */
  static ChebyshevSeries of(DoubleUnaryOperator f, double from, double to) {
    double[] c = new double[TERMS];
    int nodes = 64;
    for (int k = 0; k < nodes; k++) {
      double angle = Math.PI * (k + 0.5) / nodes;
      double y = f.applyAsDouble((from + to) / 2 + (to - from) / 2 * Math.cos(angle));
      for (int i = 0; i < TERMS; i++) {
        c[i] += y * Math.cos(i * angle) * (i == 0 ? 1.0 : 2.0) / nodes;
      }
    }
    return new ChebyshevSeries(c);
  }

  /** The sum at u of at most 15 fraction bits, in the format {@link #OUTPUT}. */
  SecretTensor at(Backend b, SecretTensor argument) {
    return at(b, argument, List.of(this)).getFirst();
  }

  /** Several sums at the same u. Rounds: 5. Bytes per element: 24 for each sum but the first. */
  static List<SecretTensor> at(Backend b, SecretTensor argument, List<ChebyshevSeries> series) {
    SecretTensor u = inUnit(b, argument);
    int f = u.format().fractionBits();
    SecretTensor t2 = inUnit(b, twiceMinus(b, b.multiply(u, u), one(b, u, 2 * f)));
    List<SecretTensor> products = b.multiply(List.of(u, t2), List.of(t2, t2));
    SecretTensor t3 = inUnit(b, twiceMinus(b, products.get(0), b.widen(u, 2 * f)));
    SecretTensor t4 = inUnit(b, twiceMinus(b, products.get(1), one(b, u, 4 * f)));
    int inside = INNER.fractionBits();
    int[] excess = {2 * f - inside, 3 * f - inside, 4 * f - inside};
    List<SecretTensor> inner = b.truncate(List.of(t2, t3, t4), excess);
    SecretTensor t1 = b.widen(u, inside - f);
    List<SecretTensor> upper = new ArrayList<>();
    List<SecretTensor> lower = new ArrayList<>();
    for (ChebyshevSeries one : series) {
      double[] c = one.c;
      upper.add(combination(b, inner, t1, c[4], 2 * c[5], 2 * c[6], 2 * c[7]));
      lower.add(combination(b, inner, t1, c[0], c[1] - c[7], c[2] - c[6], c[3] - c[5]));
    }
    List<SecretTensor> uppers = b.multiply(Collections.nCopies(upper.size(), inner.get(2)), upper);
    List<SecretTensor> sums = new ArrayList<>();
    for (int i = 0; i < uppers.size(); i++) {
      sums.add(b.add(uppers.get(i), b.widen(lower.get(i), INNER.fractionBits())));
    }
    return sums;
  }

  /** All T_i of an argument in [-1, 1] lie there too; whatever comes of another is dropped. */
  private static SecretTensor inUnit(Backend b, SecretTensor x) {
    return b.assumeWithin(x, ValueRange.of(x.format(), 1));
  }

  /** a0 + a1 T_1 + a2 T_2 + a3 T_3 at 30 fraction bits; local. */
  private static SecretTensor combination(
      Backend b,
      List<SecretTensor> inner,
      SecretTensor t1,
      double a0,
      double a1,
      double a2,
      double a3) {
    SecretTensor sum = b.multiply(t1, COEFFICIENT.encode(a1));
    sum = b.add(sum, b.multiply(inner.get(0), COEFFICIENT.encode(a2)));
    sum = b.add(sum, b.multiply(inner.get(1), COEFFICIENT.encode(a3)));
    SecretTensor scaled = b.reinterpret(sum, INNER.times(COEFFICIENT));
    return b.addReal(scaled, a0);
  }

  private static SecretTensor twiceMinus(Backend b, SecretTensor x, SecretTensor y) {
    return b.subtract(b.multiply(x, 2), y);
  }

  private static SecretTensor one(Backend b, SecretTensor like, int fractionBits) {
    long[] ones = new long[like.size()];
    Arrays.fill(ones, 1L << fractionBits);
    return b.constant(like.shape(), new FixedPoint(fractionBits), ones);
  }
}
