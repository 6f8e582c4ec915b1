package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * a / sqrt(x) for training, where few rounds count more than the last digits, and x may have many
 * fraction bits.
 *
 * <p>x is brought into u = x W^2 / 2^width in [1/4, 1) by a power of two W, which is the one-hot
 * word of the highest pair of bits that is not 0, read backwards. 1/sqrt(u) is a Chebyshev series
 * of degree 7, and a / sqrt(x) = a W / sqrt(u) but for a constant power of two. An even exponent
 * spares the constant 1/sqrt(2) of {@link ReciprocalSquareRoot}, and a W, which has the size of the
 * result, overflows where 1/sqrt(x) in the format of the result would.
 *
 * <p>Domain: codes of x in [0, 2^width); 0 gives 0. Relative error: 3e-4 and that of a. Rounds: 27.
 * Bytes per element: about 600 for a width of 54.
 */
public final class RootQuotient {
  /** The widest codes: times the slope of the series they stay below 2^61. */
  public static final int WIDTH_MAX = 56;

  /** The format of 1 / sqrt(u). */
  private static final FixedPoint ROOT = new FixedPoint(14);

  /** u as the argument of the series: u SLOPE - CENTRE lies in [-0.985, 0.985]. */
  private static final FixedPoint SLOPE_FORMAT = new FixedPoint(3);

  private static final double SLOPE = 2.625;
  private static final double CENTRE = 1.640625;

  /** 1 / sqrt(u) on [1/4, 1]; largest relative error 1.1e-4. */
  private static final ChebyshevSeries SERIES =
      new ChebyshevSeries(
          1.3773193359375,
          -0.4754638671875,
          0.121826171875,
          -0.03460693359375,
          0.01031494140625,
          -0.003173828125,
          0.0009765625,
          -0.00030517578125);

  private RootQuotient() {}

  /** The fraction bits of a result that is not truncated. */
  public static int fractionBits(FixedPoint a, FixedPoint x, int width) {
    if (x.fractionBits() % 2 != 0 || x.fractionBits() > width) {
      throw new IllegalArgumentException("a root of " + width + " bits in " + x);
    }
    return a.fractionBits() + ROOT.fractionBits() + (width - x.fractionBits()) / 2;
  }

  /**
   * a / sqrt(x), not truncated: {@link #fractionBits}. Right for results below 2^(61 - fraction
   * bits).
   *
   * @param width of the codes of x, which has an even number of fraction bits: even, at most
   *     {@value #WIDTH_MAX}
   */
  public static SecretTensor of(Backend b, SecretTensor a, SecretTensor x, int width) {
    SecretTensor flat = integers(b, x);
    SecretTensor word = word(b, flat, width);
    List<SecretTensor> scaled =
        b.multiply(List.of(flat, b.reshape(a, flat.shape())), List.of(word, word));
    SecretTensor root = root(b, b.multiply(scaled.getFirst(), word), width);
    SecretTensor quotient = b.multiply(root, scaled.getLast());
    int bits = fractionBits(a.format(), x.format(), width);
    return b.reshape(b.reinterpret(quotient, new FixedPoint(bits)), a.shape());
  }

  /** 1 / sqrt(x), truncated to a format with fewer bits than {@link #fractionBits} says. */
  public static SecretTensor reciprocal(Backend b, SecretTensor x, int width, FixedPoint out) {
    SecretTensor flat = integers(b, x);
    SecretTensor word = word(b, flat, width);
    SecretTensor root = root(b, b.multiply(b.multiply(flat, word), word), width);
    FixedPoint exact = new FixedPoint(fractionBits(FixedPoint.INTEGER, x.format(), width));
    SecretTensor product = b.reinterpret(b.multiply(root, word), exact);
    return b.reshape(b.truncate(product, exact.fractionBits() - out.fractionBits()), x.shape());
  }

  /**
   * 1 / sqrt(x) in two factors, for x over many magnitudes: root * word * 2^((fraction bits of x -
   * width) / 2).
   *
   * @param root from 1 to 2 with 20 fraction bits
   * @param word a power of two from 1 to 2^(width / 2 - 1)
   * @param opposite 2^(width / 2 - 1) / word: its size is that of sqrt(x)
   */
  public record Factors(SecretTensor root, SecretTensor word, SecretTensor opposite) {}

  /**
   * The two factors of 1 / sqrt(x), vectors. Relative error: 1e-5. Rounds: 36.
   *
   * @param x codes in [1, 2^width)
   * @param width as in {@link #of}
   */
  public static Factors factors(Backend b, SecretTensor x, int width) {
    SecretTensor flat = integers(b, x);
    List<SecretBits> top = topPair(b, flat, width);
    SecretTensor word = b.wordToArithmetic(top.reversed());
    SecretTensor codes = b.multiply(b.multiply(flat, word), word);
    FixedPoint inner = Normalised.MANTISSA;
    SecretTensor start = b.widen(root(b, codes, width), inner.fractionBits() - ROOT.fractionBits());
    SecretTensor u = b.reinterpret(codes, new FixedPoint(width));
    SecretTensor rounded = b.truncate(u, width - inner.fractionBits() - 1);
    return new Factors(
        ReciprocalSquareRoot.newton(b, rounded, start), word, b.wordToArithmetic(top));
  }

  private static SecretTensor integers(Backend b, SecretTensor x) {
    return b.reinterpret(b.reshape(x, Shape.vector(x.size())), FixedPoint.INTEGER);
  }

  /** The power of two W. */
  private static SecretTensor word(Backend b, SecretTensor x, int width) {
    return b.wordToArithmetic(topPair(b, x, width).reversed());
  }

  /** Entry h: whether the bits 2h and 2h + 1 are the highest pair that is not 0. */
  private static List<SecretBits> topPair(Backend b, SecretTensor x, int width) {
    if (width < 2 || width > WIDTH_MAX || width % 2 != 0) {
      throw new IllegalArgumentException("a root of " + width + " bits");
    }
    List<SecretBits> bits = b.bitsOf(x, width);
    List<SecretBits> even = new ArrayList<>();
    List<SecretBits> odd = new ArrayList<>();
    for (int j = 0; j < width; j += 2) {
      even.add(bits.get(j));
      odd.add(bits.get(j + 1));
    }
    return TopBit.of(b, TopBit.or(b, even, odd));
  }

  /** 1 / sqrt(u) in the format ROOT for codes 2^width u. */
  private static SecretTensor root(Backend b, SecretTensor codes, int width) {
    FixedPoint wide = new FixedPoint(width + SLOPE_FORMAT.fractionBits());
    SecretTensor sloped = b.reinterpret(b.multiply(codes, SLOPE_FORMAT.encode(SLOPE)), wide);
    int excess = wide.fractionBits() - ChebyshevSeries.INPUT.fractionBits();
    SecretTensor argument = b.addReal(b.truncate(sloped, excess), -CENTRE);
    SecretTensor series = SERIES.at(b, argument);
    return b.truncate(series, ChebyshevSeries.OUTPUT.fractionBits() - ROOT.fractionBits());
  }
}
