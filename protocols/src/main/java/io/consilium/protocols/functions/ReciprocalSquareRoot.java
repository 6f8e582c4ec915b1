package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * 1 / sqrt(x). With u = c/2 in [1/4, 1/2) from {@link Normalised}, a polynomial of degree 4 and one
 * Newton step give 1/sqrt(u); x is u times 2^s with s known as a one-hot word, so the rest is a
 * power of two, and 1/sqrt(2) where s is odd.
 *
 * <p>Domain: codes in [0, 2^31); 0 gives 0. Relative error: 3e-5 and 1.5 units of the result.
 * Rounds: 42.
 */
public final class ReciprocalSquareRoot {
  private static final FixedPoint INNER = Normalised.MANTISSA;

  /** 1/sqrt(u) on [1/4, 1/2); relative error 1.2e-3. SPU, fxp_approx. */
  private static final double[] START = {
    4.14285016, -15.47994394, 38.4714796, -49.86605845, 26.02942339
  };

  private static final FixedPoint COEFFICIENT = new FixedPoint(14);

  private ReciprocalSquareRoot() {}

  public static SecretTensor of(Backend b, SecretTensor x, FixedPoint out) {
    Normalised normal = Normalised.of(b, x);
    SecretTensor u = b.reinterpret(normal.mantissa(), INNER.plus(1));
    SecretTensor r = newton(b, u, start(b, b.truncate(u, 1)));
    int fraction = x.format().fractionBits();
    SecretTensor corrected = halfPower(b, r, oddExponent(b, normal, fraction));
    return b.reshape(scaled(b, corrected, normal, fraction, out), x.shape());
  }

  /** The polynomial, at 20 fraction bits. */
  private static SecretTensor start(Backend b, SecretTensor u) {
    int f = INNER.fractionBits();
    SecretTensor u2 = b.truncate(b.multiply(u, u), f);
    SecretTensor upper = sum(b, START[2], b.multiply(u, code(3)), b.multiply(u2, code(4)));
    SecretTensor product = b.multiply(u2, upper);
    SecretTensor lower = sum(b, START[0], b.multiply(u, code(1)), b.multiply(u2, 0));
    SecretTensor all = b.add(product, b.widen(lower, f));
    return b.truncate(all, f + COEFFICIENT.fractionBits());
  }

  private static long code(int term) {
    return COEFFICIENT.encode(START[term]);
  }

  private static SecretTensor sum(Backend b, double a, SecretTensor x, SecretTensor y) {
    return b.addReal(b.reinterpret(b.add(x, y), INNER.times(COEFFICIENT)), a);
  }

  /** y (3 - u y^2) / 2, of u with 21 fraction bits and y with 20, to 20. Rounds: 9. */
  static SecretTensor newton(Backend b, SecretTensor u, SecretTensor y) {
    int f = INNER.fractionBits();
    SecretTensor y2 = b.truncate(b.multiply(y, y), f);
    SecretTensor uy2 = b.truncate(b.multiply(u, y2), f + 1);
    SecretTensor rest = b.addReal(b.negate(uy2), 3);
    return b.truncate(b.reinterpret(b.multiply(y, rest), INNER.times(INNER).plus(1)), f + 1);
  }

  /** s = j + 2 - f is odd: exactly one top bit is set, so the exclusive or of those with odd s. */
  private static SecretBits oddExponent(Backend b, Normalised normal, int fraction) {
    SecretBits odd = b.xor(normal.topBit().getFirst(), normal.topBit().getFirst());
    for (int j = 0; j < Normalised.WIDTH; j++) {
      if ((j + fraction & 1) != 0) {
        odd = b.xor(odd, normal.topBit().get(j));
      }
    }
    return odd;
  }

  private static SecretTensor halfPower(Backend b, SecretTensor r, SecretBits odd) {
    FixedPoint constant = new FixedPoint(20);
    SecretTensor scaled = b.multiply(b.select(odd, r), constant.encode(Math.sqrt(0.5) - 1));
    SecretTensor difference = b.reinterpret(scaled, r.format().times(constant));
    return b.add(r, b.truncate(difference, constant.fractionBits()));
  }

  /** Times 2^(-floor(s/2)): a one-hot word of half the length, read backwards. */
  private static SecretTensor scaled(
      Backend b, SecretTensor r, Normalised normal, int fraction, FixedPoint out) {
    int lowest = Math.floorDiv(2 - fraction, 2);
    int highest = Math.floorDiv(Normalised.WIDTH - 1 + 2 - fraction, 2);
    List<SecretBits> word = new ArrayList<>();
    for (int half = highest; half >= lowest; half--) {
      SecretBits any = b.xor(normal.topBit().getFirst(), normal.topBit().getFirst());
      for (int j = 0; j < Normalised.WIDTH; j++) {
        if (Math.floorDiv(j + 2 - fraction, 2) == half) {
          any = b.xor(any, normal.topBit().get(j));
        }
      }
      word.add(any);
    }
    // Bit i of the word stands for half = highest - i, and the integer is 2^(highest - half).
    SecretTensor power = b.wordToArithmetic(word);
    SecretTensor product = b.multiply(r, power);
    int shift = r.format().fractionBits() + highest - out.fractionBits();
    return Reciprocal.scaled(b, product, shift, out);
  }
}
