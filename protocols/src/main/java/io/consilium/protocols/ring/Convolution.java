package io.consilium.protocols.ring;

import io.consilium.protocols.ring.Patches.Source;
import io.consilium.protocols.ring.Patches.Window;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A convolution and its gradients as products over the patches of a tensor, group by group.
 *
 * <p>With T taps of the kernel, the output is weights [out, in * T] times patches of the input [in
 * * T, batch * places]; the weight gradient is the output's gradient [out, batch * places] times
 * the transposed patches; and the input gradient is what the transposed weights [in * T, out] times
 * the output's gradient give, each element added where its patch lies.
 */
final class Convolution {
  private final ConvolutionGeometry geometry;
  private final int groups;
  private final int in;
  private final int out;
  private final Extent input;
  private final Extent output;
  private final Extent kernel;
  private final Extent stride;
  private final Extent padding;
  private final Extent dilation;

  Convolution(ConvolutionGeometry geometry) {
    this.geometry = geometry;
    groups = geometry.groups();
    in = geometry.inputChannels() / groups;
    out = geometry.outputChannels() / groups;
    kernel = Extent.of(geometry.kernelSize(), 1);
    stride = Extent.of(geometry.stride(), 1);
    padding = Extent.of(geometry.padding(), 0);
    dilation = Extent.of(geometry.dilation(), 1);
    Extent inputSize = Extent.of(geometry.inputSize(), 1);
    Extent outputSize = Extent.of(geometry.outputSize(), 1);
    // Where every place is by itself, an image is one long row: that is copied fastest.
    boolean pointwise =
        kernel.volume() == 1 && stride.equals(Extent.ONE) && padding.equals(Extent.ZERO);
    input = pointwise ? inputSize.flat() : inputSize;
    output = pointwise ? outputSize.flat() : outputSize;
  }

  /** Products that write to different places of z. */
  record Work(long multiplyAdds, List<Product> products) {
    void run() {
      RingMatrix.multiplyAdd(multiplyAdds, products);
    }
  }

  /**
   * z += conv.
   *
   * @param factors weights and input
   */
  Work forward(Factors<long[]> factors, long[] z) {
    check(factors, geometry.weightElements(), geometry.inputElements());
    check(z, geometry.outputElements());
    int places = output.volume();
    return work(group ->
        new Product(
            factors.left(w -> weights(w, group)),
            factors.right(x -> new PatchOperand(patches(x, group), false)),
            new PlaneResult(z, group * out * places, places, groups * out * places)));
  }

  /**
   * z += the gradient of the weights.
   *
   * @param factors the output's gradient and the input
   */
  Work weightGradient(Factors<long[]> factors, long[] z) {
    check(factors, geometry.outputElements(), geometry.inputElements());
    check(z, geometry.weightElements());
    int taps = in * kernel.volume();
    return work(group ->
        new Product(
            factors.left(gradient -> places(gradient, group, true)),
            factors.right(x -> new PatchOperand(patches(x, group), true)),
            new MatrixResult(z, group * out * taps, taps)));
  }

  /**
   * z += the gradient of the input.
   *
   * @param factors weights and the output's gradient
   */
  Work inputGradient(Factors<long[]> factors, long[] z) {
    check(factors, geometry.weightElements(), geometry.outputElements());
    check(z, geometry.inputElements());
    return work(group ->
        new Product(
            factors.left(w -> transposedWeights(w, group)),
            factors.right(gradient -> places(gradient, group, false)),
            new PatchResult(patches(z, group))));
  }

  private Work work(IntFunction<Product> ofGroup) {
    List<Product> products = IntStream.range(0, groups).mapToObj(ofGroup).toList();
    return new Work(products.stream().mapToLong(Product::multiplyAdds).sum(), products);
  }

  /** [in * T, out]. */
  private MatrixOperand weights(long[] w, int g) {
    int taps = in * kernel.volume();
    return new MatrixOperand(w, g * out * taps, taps, out, 1, taps);
  }

  /** [out, in * T]. */
  private MatrixOperand transposedWeights(long[] w, int g) {
    int taps = in * kernel.volume();
    return new MatrixOperand(w, g * out * taps, out, taps, taps, 1);
  }

  /** [in * T, batch * places]. */
  private Patches patches(long[] x, int g) {
    int volume = input.volume();
    Source source =
        new Source(x, g * in * volume, geometry.batch(), groups * in * volume, in, volume, input);
    return new Patches(source, new Window(output, stride, kernel, dilation, padding.negated()));
  }

  /** The output's gradient [out, batch * places], or transposed. */
  private PatchOperand places(long[] gradient, int g, boolean transposed) {
    Extent flat = output.flat();
    int volume = flat.volume();
    Source source =
        new Source(
            gradient, g * out * volume, geometry.batch(), groups * out * volume, out, volume, flat);
    Window window = new Window(flat, Extent.ONE, Extent.ONE, Extent.ONE, Extent.ZERO);
    return new PatchOperand(new Patches(source, window), transposed);
  }

  private static void check(Factors<long[]> factors, int left, int right) {
    factors.requireLengths(factor -> factor.length, left, right);
  }

  private static void check(long[] z, int expected) {
    if (z.length != expected) {
      throw new IllegalArgumentException("a result of " + z.length + " elements, not " + expected);
    }
  }
}
