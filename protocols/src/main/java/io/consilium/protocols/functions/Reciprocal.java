package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * 1 / x by Goldschmidt's iteration from w = 2.9142 - 2c on [1/2, 1]: with e = 1 - cw,
 *
 * <pre>1/c = w (1 + e) (1 + e^2) (1 + e^4) ...</pre>
 *
 * |e| is below 0.086, so three factors leave 1e-8.
 */
public final class Reciprocal {
  /** The format within the iteration. */
  static final FixedPoint INNER = Normalised.MANTISSA;

  private static final double START = 2.9142;

  private Reciprocal() {}

  /**
   * 1 / x for positive x of any size.
   *
   * <p>Domain: codes in [0, 2^31); 0 gives 0. Relative error: 1e-5 and 1.5 units of the result.
   * Rounds: 31.
   *
   * @param out the format of the result; with the format of x at most 50 fraction bits together
   */
  public static SecretTensor of(Backend b, SecretTensor x, FixedPoint out) {
    Normalised normal = Normalised.of(b, x);
    SecretTensor r = ofMantissa(b, normal.mantissa());
    SecretTensor product = b.multiply(r, normal.factor());
    int shift =
        Normalised.WIDTH + INNER.fractionBits() - x.format().fractionBits() - out.fractionBits();
    return b.reshape(scaled(b, product, shift, out), x.shape());
  }

  /**
   * 1 / x for x in [1, 2], at 16 fraction bits.
   *
   * <p>Largest error: 5e-5. Rounds: 14.
   */
  public static SecretTensor betweenOneAndTwo(Backend b, SecretTensor x) {
    int more = INNER.fractionBits() - 1 - x.format().fractionBits();
    SecretTensor flat = b.reshape(x, Shape.vector(x.size()));
    SecretTensor half = b.reinterpret(b.widen(flat, more), INNER);
    SecretTensor r = ofMantissa(b, half);
    // 1/x = r/2
    SecretTensor result =
        b.truncate(b.reinterpret(r, INNER.plus(1)), INNER.fractionBits() + 1 - 16);
    return b.reshape(result, x.shape());
  }

  /** 1 / c for c in [1/2, 1], both with 20 fraction bits. Rounds: 12. */
  static SecretTensor ofMantissa(Backend b, SecretTensor c) {
    int f = INNER.fractionBits();
    SecretTensor w = b.addReal(b.multiply(c, -2), START);
    SecretTensor e = b.addReal(b.negate(b.truncate(b.multiply(c, w), f)), 1);
    List<SecretTensor> first = truncated(b, b.multiply(List.of(e, e), List.of(e, w)), f);
    SecretTensor e2 = first.get(0);
    SecretTensor y1 = b.add(w, first.get(1));
    List<SecretTensor> second = truncated(b, b.multiply(List.of(e2, e2), List.of(e2, y1)), f);
    SecretTensor y2 = b.add(y1, second.get(1));
    return b.add(y2, b.truncate(b.multiply(second.get(0), y2), f));
  }

  private static List<SecretTensor> truncated(Backend b, List<SecretTensor> x, int bits) {
    int[] all = new int[x.size()];
    java.util.Arrays.fill(all, bits);
    return b.truncate(x, all);
  }

  /** codes * 2^-shift in the given format; a negative shift is local. */
  static SecretTensor scaled(Backend b, SecretTensor x, int shift, FixedPoint out) {
    SecretTensor codes = b.reinterpret(x, new FixedPoint(Math.max(shift, 0)));
    SecretTensor moved = shift > 0 ? b.truncate(codes, shift) : b.multiply(codes, 1L << -shift);
    return b.reinterpret(moved, out);
  }
}
