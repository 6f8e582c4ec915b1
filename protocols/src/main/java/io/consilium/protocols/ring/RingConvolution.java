package io.consilium.protocols.ring;

/**
 * Convolutions modulo 2^64 and their two gradients, as products of matrices that are never made.
 *
 * <p>The replicated forms compute own * own + own * next + next * own, as {@link
 * RingMatrix#replicatedMultiplyAdd} does. All add to z and refuse arrays whose length is not that
 * of the {@link ConvolutionGeometry} with an {@link IllegalArgumentException}.
 */
public final class RingConvolution {
  private RingConvolution() {}

  /** z += the convolution of the input x with the weights w. Shape of z: the output's. */
  public static void forward(ConvolutionGeometry geometry, long[] x, long[] w, long[] z) {
    new Convolution(geometry).forward(new Factors.Plain<>(w, x), z).run();
  }

  /** z += the gradient of the input, from the weights w and the output's gradient g. */
  public static void inputGradient(ConvolutionGeometry geometry, long[] w, long[] g, long[] z) {
    new Convolution(geometry).inputGradient(new Factors.Plain<>(w, g), z).run();
  }

  /** z += the gradient of the weights, from the input x and the output's gradient g. */
  public static void weightGradient(ConvolutionGeometry geometry, long[] x, long[] g, long[] z) {
    new Convolution(geometry).weightGradient(new Factors.Plain<>(g, x), z).run();
  }

  /** {@link #forward} of shares. */
  public static void replicatedForward(
      ConvolutionGeometry geometry,
      long[] xOwn,
      long[] xNext,
      long[] wOwn,
      long[] wNext,
      long[] z) {
    Factors<long[]> factors = new Factors.Replicated<>(wOwn, wNext, xOwn, xNext);
    new Convolution(geometry).forward(factors, z).run();
  }

  /** {@link #inputGradient} of shares. */
  public static void replicatedInputGradient(
      ConvolutionGeometry geometry,
      long[] wOwn,
      long[] wNext,
      long[] gOwn,
      long[] gNext,
      long[] z) {
    Factors<long[]> factors = new Factors.Replicated<>(wOwn, wNext, gOwn, gNext);
    new Convolution(geometry).inputGradient(factors, z).run();
  }

  /** {@link #weightGradient} of shares. */
  public static void replicatedWeightGradient(
      ConvolutionGeometry geometry,
      long[] xOwn,
      long[] xNext,
      long[] gOwn,
      long[] gNext,
      long[] z) {
    Factors<long[]> factors = new Factors.Replicated<>(gOwn, gNext, xOwn, xNext);
    new Convolution(geometry).weightGradient(factors, z).run();
  }
}
