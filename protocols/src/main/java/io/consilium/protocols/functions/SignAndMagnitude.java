package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.List;

/**
 * What an even or odd approximation on [-bound, bound) needs of x: |x|, whether it is negative, and
 * its sign inside the interval, 0 outside.
 *
 * <p>Rounds: 7. Bytes per element: 170.
 */
record SignAndMagnitude(
    SecretTensor magnitude,
    SecretTensor notNegative,
    SecretTensor negative,
    SecretTensor signInside,
    SecretTensor inside) {

  static SignAndMagnitude of(Backend b, SecretTensor x, double bound) {
    int n = x.size();
    SecretTensor flat = b.reshape(Comparisons.inDomain(b, x, domain(x, bound)), Shape.vector(n));
    SecretBits below =
        b.negative(b.concatenate(List.of(flat, b.addReal(flat, -bound), b.addReal(flat, bound))));
    SecretBits negative = b.slice(below, 0, n);
    Backend.BitProducts parts = b.bitProducts(List.of(below), List.of(negative), List.of(flat));
    SecretTensor integers = parts.integers().getFirst();
    SecretTensor neg = b.rowRange(integers, 0, n);
    SecretTensor belowBound = b.rowRange(integers, n, 2 * n);
    SecretTensor belowMinusBound = b.rowRange(integers, 2 * n, 3 * n);
    SecretTensor magnitude =
        b.within(b.subtract(flat, b.multiply(parts.products().getFirst(), 2)), flat.range());
    SecretTensor sum = b.add(belowBound, belowMinusBound);
    return new SignAndMagnitude(
        b.reshape(magnitude, x.shape()),
        b.reshape(b.addCode(b.negate(neg), 1), x.shape()),
        b.reshape(neg, x.shape()),
        b.reshape(b.subtract(sum, b.multiply(neg, 2)), x.shape()),
        b.reshape(b.subtract(belowBound, belowMinusBound), x.shape()));
  }

  /** 31 bits and a sign, with room for the comparisons with both ends of the interval. */
  private static ValueRange domain(SecretTensor x, double bound) {
    return new ValueRange(ValueRange.ofWidth(32).codeMax() - x.format().encode(bound));
  }
}
