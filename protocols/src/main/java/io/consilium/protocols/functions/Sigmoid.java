package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import java.util.List;

/**
 * 1 / (1 + exp(-x)), for training and exactly.
 *
 * <p>With neg = [x < 0], a = [x < 8], b = [x < -8] as integers, w = a + b - 2 neg is the sign of x
 * where |x| < 8 and 0 elsewhere, so that
 *
 * <pre>sigmoid(x) = (1 - neg) + w * (p(|x|) - 1)</pre>
 *
 * with p an approximation on [0, 8). The three comparisons are one, their conversions share the
 * rounds of |x|, and p may be anything outside, since it is multiplied by 0.
 */
public final class Sigmoid {
  /** The format of the argument of {@link #approximate}; a forward product is truncated to it. */
  public static final FixedPoint INPUT = new FixedPoint(12);

  /** The format of the result. */
  public static final FixedPoint OUTPUT = new FixedPoint(16);

  private static final double BOUND = 8;

  /** Arguments of {@link #exact}: 31 bits and a sign. */
  private static final ValueRange EXACT_DOMAIN = ValueRange.ofWidth(32);

  /** sigma(t) on [0, 8) in u = t/4 - 1; largest error 3.4e-4. */
  private static final ChebyshevSeries SERIES =
      new ChebyshevSeries(
          0.8734111,
          0.2091095,
          -0.1186703,
          0.0442859,
          -0.0076217,
          -0.0026681,
          0.0027098,
          -0.0011034);

  private Sigmoid() {}

  /**
   * The sigmoid for training: Chebyshev, degree 7.
   *
   * <p>Domain: codes of 31 bits and a sign, |x| < 2^19. Largest error: 5e-4, of which 3.4e-4 are
   * the polynomial. Rounds: 15. Bytes per element: about 345.
   */
  public static SecretTensor approximate(Backend b, SecretTensor x) {
    SignAndMagnitude parts = SignAndMagnitude.of(b, x, BOUND);
    SecretTensor p = SERIES.at(b, unitInterval(b, parts.magnitude()));
    SecretTensor inside = b.multiply(parts.signInside(), b.addReal(p, -1));
    SecretTensor step = b.widen(parts.notNegative(), ChebyshevSeries.OUTPUT.fractionBits());
    return b.truncate(b.add(step, inside), rest(ChebyshevSeries.OUTPUT, OUTPUT));
  }

  /** |x| at 12 fraction bits as u = |x|/4 - 1 at 14. */
  static SecretTensor unitInterval(Backend b, SecretTensor magnitude) {
    return b.addReal(b.reinterpret(magnitude, ChebyshevSeries.INPUT), -1);
  }

  private static int rest(FixedPoint from, FixedPoint to) {
    return from.fractionBits() - to.fractionBits();
  }

  /**
   * The sigmoid by exp(-|x|) and a reciprocal in [1, 2].
   *
   * <p>Domain: 16 fraction bits, |x| < 2^14. Largest error: 1.5e-4. Rounds: 42. For released
   * predictions.
   */
  public static SecretTensor exact(Backend b, SecretTensor x) {
    SecretTensor inDomain = Comparisons.inDomain(b, x, EXACT_DOMAIN);
    SecretBits negative = b.negative(inDomain);
    Backend.BitProducts parts =
        b.bitProducts(List.of(negative), List.of(negative), List.of(inDomain));
    SecretTensor sign = b.reshape(parts.integers().getFirst(), x.shape());
    // -|x| = 2 neg x - x
    SecretTensor minusMagnitude = b.subtract(b.multiply(parts.products().getFirst(), 2), inDomain);
    SecretTensor e = Exponential.ofNonPositive(b, minusMagnitude);
    SecretTensor p = Reciprocal.betweenOneAndTwo(b, b.addReal(e, 1));
    // neg ? 1 - p : p
    SecretTensor flipped = b.subtract(b.widen(sign, OUTPUT.fractionBits()), twice(b, sign, p));
    return b.add(p, flipped);
  }

  private static SecretTensor twice(Backend b, SecretTensor sign, SecretTensor p) {
    return b.multiply(b.multiply(sign, p), 2);
  }
}
