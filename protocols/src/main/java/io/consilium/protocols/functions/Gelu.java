package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.ValueRange;
import java.util.List;

/**
 * x Phi(x), with Phi the distribution function of the normal distribution. Hendrycks and Gimpel, <a
 * href="https://arxiv.org/abs/1606.08415">arXiv 1606.08415</a>.
 *
 * <p>With t = |x| and q(t) = t (1 - Phi(t)),
 *
 * <pre>gelu(x) = max(x, 0) - q(t),   gelu'(x) = [x >= 0] - sign(x) q'(t)</pre>
 *
 * where q and its derivative are Chebyshev series on [0, 4) and 0 beyond.
 *
 * <p>Domain: the format {@link #INPUT}, |x| < 2^14. Largest error: 4e-4 of the value, 1.3e-3 of the
 * derivative. Rounds: 15, with or without the derivative. Bytes per element: about 345, with the
 * derivative 400.
 */
public final class Gelu {
  /** The format of the argument. */
  public static final FixedPoint INPUT = new FixedPoint(13);

  /** The format of the results. */
  public static final FixedPoint OUTPUT = new FixedPoint(16);

  private static final double BOUND = 4;

  private static final ValueRange DOMAIN = ValueRange.of(INPUT, 1 << 14);

  /** t (1 - Phi(t)) on [0, 4) in u = t/2 - 1; largest error 2.7e-4. */
  private static final ChebyshevSeries TAIL =
      new ChebyshevSeries(
          0.0523681640625,
          -0.05615234375,
          -0.0245361328125,
          0.05145263671875,
          -0.02972412109375,
          0.0059814453125,
          0.00189208984375,
          -0.0013427734375);

  /** Its derivative; largest error 1.1e-3. */
  private static final ChebyshevSeries SLOPE =
      new ChebyshevSeries(
          0.05987548828125,
          -0.156005859375,
          0.1759033203125,
          -0.10687255859375,
          0.021484375,
          0.0120849609375,
          -0.00848388671875,
          0.00054931640625);

  private Gelu() {}

  /** The function and its derivative, both with 16 fraction bits. */
  public record WithSlope(SecretTensor value, SecretTensor slope) {}

  /** The function. */
  public static SecretTensor of(Backend b, SecretTensor x) {
    SignAndMagnitude parts = SignAndMagnitude.of(b, Comparisons.inDomain(b, x, DOMAIN), BOUND);
    SecretTensor tail = TAIL.at(b, unitInterval(b, parts.magnitude()));
    return shortened(b, List.of(value(b, x, parts, b.multiply(parts.inside(), tail)))).getFirst();
  }

  /** The function and its derivative in the same rounds. */
  public static WithSlope withSlope(Backend b, SecretTensor x) {
    SignAndMagnitude parts = SignAndMagnitude.of(b, Comparisons.inDomain(b, x, DOMAIN), BOUND);
    SecretTensor u = unitInterval(b, parts.magnitude());
    List<SecretTensor> inside =
        b.multiply(
            List.of(parts.inside(), parts.signInside()),
            ChebyshevSeries.at(b, u, List.of(TAIL, SLOPE)));
    SecretTensor step = b.widen(parts.notNegative(), ChebyshevSeries.OUTPUT.fractionBits());
    SecretTensor value = value(b, x, parts, inside.getFirst());
    List<SecretTensor> both = shortened(b, List.of(value, b.subtract(step, inside.getLast())));
    return new WithSlope(both.getFirst(), both.getLast());
  }

  /** |x| at 13 fraction bits as u = |x|/2 - 1 at 14. */
  private static SecretTensor unitInterval(Backend b, SecretTensor magnitude) {
    return b.addReal(b.reinterpret(magnitude, ChebyshevSeries.INPUT), -1);
  }

  /** (x + |x|) / 2 less the tail. */
  private static SecretTensor value(
      Backend b, SecretTensor x, SignAndMagnitude parts, SecretTensor tail) {
    SecretTensor relu = b.reinterpret(b.add(x, parts.magnitude()), INPUT.plus(1));
    int more = ChebyshevSeries.OUTPUT.fractionBits() - relu.format().fractionBits();
    return b.subtract(b.widen(relu, more), tail);
  }

  private static List<SecretTensor> shortened(Backend b, List<SecretTensor> x) {
    int excess = ChebyshevSeries.OUTPUT.fractionBits() - OUTPUT.fractionBits();
    return b.truncate(x, x.stream().mapToInt(_ -> excess).toArray());
  }
}
