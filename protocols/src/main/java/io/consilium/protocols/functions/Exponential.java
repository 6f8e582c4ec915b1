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
 * exp(x) for x below 16 ln 2, as 2^y with y = x log2(e) = n + t, n an integer and t in [0, 1).
 *
 * <p>The bits of y + 16 give n + 16 and whether y >= -16; t = y - n is then local. 2^t is a
 * polynomial of degree 4, 2^(n+16) a product of integers 1 + b_i (2^(2^i) - 1), and one truncation
 * by 16 bits undoes the offset: multiplying by 2^n in fixed point would lose bits. Below exp(-16 ln
 * 2) = 1.5e-5 the result is 0.
 *
 * <p>Domain: 16 fraction bits, -2^14 < x < 16 ln 2. Largest error for x <= 0: 8e-5; the relative
 * error for larger x: 8e-5. Rounds: 20.
 */
public final class Exponential {
  private static final FixedPoint F = new FixedPoint(16);
  private static final int OFFSET = 16;

  /** Bits of an argument, its sign included. */
  private static final int WIDTH = 32;

  private static final int EXPONENT_BITS = 5;

  /** 2^t on [0, 1], largest error 3.9e-6. */
  private static final double[] POWER = {1.00000349, 0.69297292, 0.24160436, 0.051745, 0.01367031};

  private static final FixedPoint COEFFICIENT = new FixedPoint(14);

  /** The format of the argument and of the result. */
  public static final FixedPoint INPUT = F;

  /** Arguments are below 16 ln 2, where the exponent has no bit left. */
  public static final double ARGUMENT_END = 16 * Math.log(2);

  private Exponential() {}

  /** exp(x) for x <= 0; a rounding error above 0 does no harm. */
  public static SecretTensor ofNonPositive(Backend b, SecretTensor x) {
    return of(b, x);
  }

  /** exp(x) for x below {@link #ARGUMENT_END}. */
  public static SecretTensor of(Backend b, SecretTensor x) {
    if (!x.format().equals(F)) {
      throw new IllegalArgumentException("the exponential takes 16 fraction bits");
    }
    SecretTensor y = base2(b, x);
    SecretTensor shifted = b.addReal(y, OFFSET);
    List<SecretBits> bits = b.bitsOf(shifted, WIDTH);
    List<SecretBits> wanted =
        new ArrayList<>(bits.subList(F.fractionBits(), F.fractionBits() + EXPONENT_BITS));
    wanted.add(bits.getLast());
    List<SecretTensor> integers = b.bitProducts(wanted, List.of(), List.of()).integers();

    SecretTensor t = b.reshape(shifted, Shape.vector(x.size()));
    List<SecretTensor> factors = new ArrayList<>();
    for (int i = 0; i < EXPONENT_BITS; i++) {
      SecretTensor bit = integers.get(i);
      t = b.subtract(t, b.multiply(b.reinterpret(bit, F), 1L << (F.fractionBits() + i)));
      factors.add(b.addCode(b.multiply(bit, (1L << (1 << i)) - 1), 1));
    }
    // Below -16 it is not a fraction, and what comes of it is multiplied by zero.
    t = b.assumeWithin(t, ValueRange.of(F, 1));
    SecretTensor valid = b.addCode(b.negate(integers.getLast()), 1);
    return b.reshape(product(b, t, factors, valid), x.shape());
  }

  private static SecretTensor base2(Backend b, SecretTensor x) {
    FixedPoint constant = new FixedPoint(20);
    SecretTensor scaled = b.multiply(x, constant.encode(1 / Math.log(2)));
    return b.truncate(b.reinterpret(scaled, F.times(constant)), constant.fractionBits());
  }

  /** 2^t times the factors times the validity bit, with the polynomial and the factors in step. */
  private static SecretTensor product(
      Backend b, SecretTensor t, List<SecretTensor> factors, SecretTensor valid) {
    List<SecretTensor> first =
        b.multiply(
            List.of(t, factors.get(0), factors.get(2)), List.of(t, factors.get(1), factors.get(3)));
    SecretTensor t2 = b.truncate(first.get(0), F.fractionBits());
    SecretTensor upper = combination(b, t2, t, POWER[2], POWER[3], POWER[4]);
    List<SecretTensor> second =
        b.multiply(List.of(t2, first.get(1), factors.get(4)), List.of(upper, first.get(2), valid));
    SecretTensor lower =
        b.addReal(
            b.reinterpret(b.multiply(t, COEFFICIENT.encode(POWER[1])), F.times(COEFFICIENT)),
            POWER[0]);
    SecretTensor sum = b.add(second.get(0), b.widen(lower, F.fractionBits()));
    SecretTensor p = b.truncate(sum, F.fractionBits() + COEFFICIENT.fractionBits());
    SecretTensor power = b.multiply(second.get(1), second.get(2));
    return b.reinterpret(b.truncate(b.multiply(p, power), OFFSET), F);
  }

  /** a2 + a3 t + a4 t^2 at 30 fraction bits; local. */
  private static SecretTensor combination(
      Backend b, SecretTensor t2, SecretTensor t, double a2, double a3, double a4) {
    SecretTensor sum =
        b.add(b.multiply(t, COEFFICIENT.encode(a3)), b.multiply(t2, COEFFICIENT.encode(a4)));
    return b.addReal(b.reinterpret(sum, F.times(COEFFICIENT)), a2);
  }
}
