package io.consilium.protocols.ring;

import io.consilium.protocols.ring.PatchOperand.Source;
import io.consilium.protocols.ring.PatchOperand.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution and its gradients as products over the patches of a tensor, group by group.
 *
 * <p>With T taps of the kernel, the output is weights [out, in * T] times patches of the input [in
 * * T, batch * places]. The weight gradient is the output's gradient [out, batch * places] times
 * the transposed patches. The input gradient is the transposed weights [in, out * T] times patches
 * of the output's gradient; with a stride, the places of the input fall into classes by remainder,
 * and each class meets only some of the taps. Each is a product of its own, so nothing is
 * multiplied by the zeros between.
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
    List<Product> products = new ArrayList<>(groups);
    for (int group = 0; group < groups; group++) {
      int g = group;
      products.add(
          new Product(
              factors.left(w -> weights(w, g)),
              factors.right(x -> patches(x, g, false)),
              new PlaneResult(
                  z,
                  g * out * output.volume(),
                  groups * out * output.volume(),
                  output.volume(),
                  output,
                  Extent.ONE,
                  Extent.ZERO,
                  output)));
    }
    return work(products);
  }

  /**
   * z += the gradient of the weights.
   *
   * @param factors the output's gradient and the input
   */
  Work weightGradient(Factors<long[]> factors, long[] z) {
    check(factors, geometry.outputElements(), geometry.inputElements());
    check(z, geometry.weightElements());
    List<Product> products = new ArrayList<>(groups);
    for (int group = 0; group < groups; group++) {
      int g = group;
      int taps = in * kernel.volume();
      products.add(
          new Product(
              factors.left(gradient -> places(gradient, g)),
              factors.right(x -> patches(x, g, true)),
              new MatrixResult(z, g * out * taps, taps)));
    }
    return work(products);
  }

  /**
   * z += the gradient of the input.
   *
   * @param factors weights and the output's gradient
   */
  Work inputGradient(Factors<long[]> factors, long[] z) {
    check(factors, geometry.weightElements(), geometry.outputElements());
    check(z, geometry.inputElements());
    List<Product> products = new ArrayList<>(groups * stride.volume());
    for (int group = 0; group < groups; group++) {
      for (int depth = 0; depth < stride.depth(); depth++) {
        for (int height = 0; height < stride.height(); height++) {
          for (int width = 0; width < stride.width(); width++) {
            addClass(factors, z, group, new Extent(depth, height, width), products);
          }
        }
      }
    }
    return work(products);
  }

  private void addClass(
      Factors<long[]> factors, long[] z, int g, Extent remainder, List<Product> products) {
    RemainderClass depth =
        RemainderClass.of(
            remainder.depth(),
            input.depth(),
            kernel.depth(),
            stride.depth(),
            padding.depth(),
            dilation.depth());
    RemainderClass height =
        RemainderClass.of(
            remainder.height(),
            input.height(),
            kernel.height(),
            stride.height(),
            padding.height(),
            dilation.height());
    RemainderClass width =
        RemainderClass.of(
            remainder.width(),
            input.width(),
            kernel.width(),
            stride.width(),
            padding.width(),
            dilation.width());
    Extent taps = new Extent(depth.taps(), height.taps(), width.taps());
    Extent places = new Extent(depth.places(), height.places(), width.places());
    if (taps.volume() == 0 || places.volume() == 0) {
      return;
    }
    Window ofKernel =
        new Window(
            Extent.ONE,
            Extent.ONE,
            taps,
            new Extent(depth.tapStep(), height.tapStep(), width.tapStep()),
            new Extent(depth.firstTap(), height.firstTap(), width.firstTap()));
    Window ofGradient =
        new Window(
            places,
            Extent.ONE,
            taps,
            new Extent(-depth.placesPerTap(), -height.placesPerTap(), -width.placesPerTap()),
            new Extent(depth.firstPlace(), height.firstPlace(), width.firstPlace()));
    products.add(
        new Product(
            factors.left(w -> new PatchOperand(kernels(w, g), ofKernel, false)),
            factors.right(
                gradient -> new PatchOperand(outputs(gradient, g, output), ofGradient, false)),
            new PlaneResult(
                z,
                g * in * input.volume(),
                groups * in * input.volume(),
                input.volume(),
                places,
                stride,
                remainder,
                input)));
  }

  private Work work(List<Product> products) {
    return new Work(products.stream().mapToLong(Product::multiplyAdds).sum(), products);
  }

  /** [in * T, out]. */
  private MatrixOperand weights(long[] w, int g) {
    int taps = in * kernel.volume();
    return new MatrixOperand(w, g * out * taps, taps, out, 1, taps);
  }

  /** The weights of a group as images of the kernel, one per input channel. */
  private Source kernels(long[] w, int g) {
    int taps = kernel.volume();
    return new Source(w, g * out * in * taps, in, taps, out, in * taps, kernel);
  }

  /** [in * T, batch * places], or transposed. */
  private PatchOperand patches(long[] x, int g, boolean transposed) {
    int volume = input.volume();
    Source source =
        new Source(x, g * in * volume, geometry.batch(), groups * in * volume, in, volume, input);
    Window window = new Window(output, stride, kernel, dilation, padding.negated());
    return new PatchOperand(source, window, transposed);
  }

  /** [batch * places, out]. */
  private PatchOperand places(long[] gradient, int g) {
    Extent flat = output.flat();
    Window window = new Window(flat, Extent.ONE, Extent.ONE, Extent.ONE, Extent.ZERO);
    return new PatchOperand(outputs(gradient, g, flat), window, true);
  }

  private Source outputs(long[] gradient, int g, Extent size) {
    int volume = size.volume();
    return new Source(
        gradient, g * out * volume, geometry.batch(), groups * out * volume, out, volume, size);
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
