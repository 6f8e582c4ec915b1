package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/**
 * a / x. The numerator is multiplied by the mantissa's reciprocal first and by the factor then,
 * since a reciprocal in fixed point of a large x would have lost its bits.
 *
 * <p>Domain: codes of x in [0, 2^31), 0 gives 0; |a / x| < 2^(30 - out); codes of a below 2^31.
 * Relative error: 2e-5. Rounds: 34.
 */
public final class Division {
  private Division() {}

  public static SecretTensor of(Backend b, SecretTensor a, SecretTensor x, FixedPoint out) {
    Normalised normal = Normalised.of(b, x);
    SecretTensor r = Reciprocal.ofMantissa(b, normal.mantissa());
    int f = Reciprocal.INNER.fractionBits();
    SecretTensor flat = b.reshape(a, Shape.vector(a.size()));
    // a/x = a * factor * r * 2^(fx - fa - 31): a * factor is exact, below 2^31 times the quotient.
    SecretTensor shifted = b.reinterpret(b.multiply(flat, normal.factor()), new FixedPoint(50));
    int quotientShift = Normalised.WIDTH - x.format().fractionBits() + a.format().fractionBits();
    int keep = out.fractionBits() + 4;
    SecretTensor coarse = Reciprocal.scaled(b, shifted, quotientShift - keep, new FixedPoint(keep));
    SecretTensor quotient = b.multiply(coarse, r);
    return b.reshape(b.truncate(quotient, f + 4), a.shape());
  }
}
