package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import java.util.List;

/**
 * Whole numbers of fixed-point ones, exactly. Leaks: shapes and formats only; nothing is opened.
 *
 * <p>Domain: absolute codes below 2^60, with a declared range.
 */
public final class Rounding {
  private Rounding() {}

  /** The largest integer that is not above x. Rounds: those of an exact truncation. */
  public static SecretTensor down(Backend b, SecretTensor x) {
    int bits = x.format().fractionBits();
    // An exact truncation is floor(c / 2^bits + 1/2).
    return bits == 0 ? x : b.truncateExactly(b.addCode(x, -(1L << bits - 1)), bits);
  }

  /**
   * The nearest integer, and of two the even one: with q = floor(x / 2) and m = x - 2 q from 0 to 2
   * it is 2 q, and 1 more if m is above 1/2, and 1 more if m is not below 3/2.
   *
   * <p>Rounds: those of an exact truncation, of a comparison and of a conversion of bits.
   */
  public static SecretTensor halfToEven(Backend b, SecretTensor x) {
    int bits = x.format().fractionBits();
    if (bits == 0) {
      return x;
    }
    SecretTensor half = b.reinterpret(x, new FixedPoint(bits + 1));
    SecretTensor even = b.multiply(down(b, half), 2);
    SecretTensor rest = b.within(b.subtract(x, b.widen(even, bits)), ValueRange.of(x.format(), 2));
    SecretTensor flat = b.reshape(rest, Shape.vector(x.size()));
    SecretTensor above = b.addReal(b.negate(flat), 0.5);
    SecretTensor below = b.addReal(flat, -1.5);
    SecretBits signs = b.negative(b.concatenate(List.of(above, below)));
    SecretBits isAbove = b.slice(signs, 0, x.size());
    SecretBits isNotBelow = b.not(b.slice(signs, x.size(), 2 * x.size()));
    SecretTensor more = b.toArithmetic(b.concatenateBits(List.of(isAbove, isNotBelow)));
    SecretTensor sum =
        b.add(b.rowRange(more, 0, x.size()), b.rowRange(more, x.size(), 2 * x.size()));
    return b.add(even, b.reshape(sum, x.shape()));
  }
}
