package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * ln(x) for positive x: the mantissa z + 1 in [1, 2) by a polynomial of degree 8, the exponent as
 * the sum of j times the top bit j.
 *
 * <p>Domain: codes in [0, 2^31), where 0 gives {@link #ofZero}. Largest error: 1e-4. The result has
 * 16 fraction bits. Rounds: about 30.
 */
public final class Logarithm {
  private static final FixedPoint F = new FixedPoint(16);
  private static final FixedPoint COEFFICIENT = new FixedPoint(14);

  /** ln(1 + z) on [0, 1), SPU fxp_approx. */
  private static final double[] SERIES = {
    0,
    .9999964239,
    -.4998741238,
    .3317990258,
    -.2407338084,
    .1676540711,
    -.0953293897,
    .0360884937,
    -.0064535442
  };

  private Logarithm() {}

  /**
   * What is given for 0: twice the logarithm of half a unit of the format, so that powers of it are
   * small.
   */
  public static double ofZero(FixedPoint format) {
    return -2 * (format.fractionBits() + 1) * Math.log(2);
  }

  /** The polynomial where the mantissa is that of 0. */
  private static double polynomialOfZero() {
    double sum = 0;
    for (int i = 1; i < SERIES.length; i++) {
      sum += i % 2 == 0 ? SERIES[i] : -SERIES[i];
    }
    return sum;
  }

  public static SecretTensor of(Backend b, SecretTensor x) {
    Normalised normal = Normalised.of(b, x);
    // c in [1/2, 1) with 20 bits is z + 1 = 2c with 19.
    SecretTensor twice =
        b.reinterpret(normal.mantissa(), new FixedPoint(Normalised.MANTISSA.fractionBits() - 1));
    SecretTensor z = b.addReal(b.truncate(twice, Normalised.MANTISSA.fractionBits() - 1 - 16), -1);
    SecretTensor polynomial = polynomial(b, z);
    SecretTensor exponent = exponent(b, normal, x.format().fractionBits());
    return b.reshape(b.add(polynomial, exponent), x.shape());
  }

  /** (j - f) ln 2, j the index of the top bit; without one what is left for 0. */
  private static SecretTensor exponent(Backend b, Normalised normal, int fraction) {
    List<SecretTensor> bits = b.bitProducts(normal.topBit(), List.of(), List.of()).integers();
    long none = F.encode(ofZero(new FixedPoint(fraction)) - polynomialOfZero());
    SecretTensor sum = b.addCode(b.multiply(bits.getFirst(), 0), none);
    for (int j = 0; j < bits.size(); j++) {
      long code = F.encode((j - fraction) * Math.log(2));
      sum = b.add(sum, b.multiply(bits.get(j), code - none));
    }
    return b.reinterpret(sum, F);
  }

  private static SecretTensor polynomial(Backend b, SecretTensor z) {
    List<SecretTensor> powers = powers(b, z);
    SecretTensor sum = b.multiply(powers.getFirst(), COEFFICIENT.encode(SERIES[1]));
    for (int i = 2; i < SERIES.length; i++) {
      sum = b.add(sum, b.multiply(powers.get(i - 1), COEFFICIENT.encode(SERIES[i])));
    }
    return b.truncate(b.reinterpret(sum, F.times(COEFFICIENT)), COEFFICIENT.fractionBits());
  }

  /** z to the powers 1 to 8 in three levels. */
  private static List<SecretTensor> powers(Backend b, SecretTensor z) {
    List<SecretTensor> powers = new ArrayList<>(List.of(z));
    while (powers.size() < SERIES.length - 1) {
      SecretTensor top = powers.getLast();
      List<SecretTensor> tops = new ArrayList<>();
      int[] bits = new int[powers.size()];
      for (int i = 0; i < powers.size(); i++) {
        tops.add(top);
        bits[i] = F.fractionBits();
      }
      powers.addAll(b.truncate(b.multiply(powers, tops), bits));
    }
    return powers;
  }
}
