package io.consilium.protocols.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * The public sizes of a convolution in one, two or three spatial dimensions.
 *
 * <p>Layouts, row-major: input [batch, inputChannels, inputSize...], weights [outputChannels,
 * inputChannels / groups, kernelSize...], output [batch, outputChannels, outputSize...]. As in
 * neural networks the kernel is not mirrored:
 *
 * <pre>out[n, o, s] = sum over c, t of w[o, c, t] * in[n, c, s * stride + t * dilation - padding]
 * </pre>
 *
 * with zero outside the input, and c running over the channels of the group of o.
 *
 * @param inputSize one length per spatial dimension, as all lists here
 * @param padding zeros on both sides of each dimension
 */
public record ConvolutionGeometry(
    int batch,
    int inputChannels,
    int outputChannels,
    int groups,
    List<Integer> inputSize,
    List<Integer> kernelSize,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation) {

  /** Spatial dimensions at most. */
  public static final int DIMENSIONS_MAX = 3;

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if they make no convolution, or one of 2^31 elements or more
   */
  public ConvolutionGeometry {
    inputSize = List.copyOf(inputSize);
    kernelSize = List.copyOf(kernelSize);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
    if (inputSize.isEmpty() || inputSize.size() > DIMENSIONS_MAX) {
      throw new IllegalArgumentException("1 to 3 spatial dimensions, not " + inputSize.size());
    }
    require("batch", List.of(batch), 1, 0);
    require("channels and groups", List.of(inputChannels, outputChannels, groups), 3, 1);
    require("inputSize", inputSize, inputSize.size(), 1);
    require("kernelSize", kernelSize, inputSize.size(), 1);
    require("stride", stride, inputSize.size(), 1);
    require("padding", padding, inputSize.size(), 0);
    require("dilation", dilation, inputSize.size(), 1);
    if (inputChannels % groups != 0 || outputChannels % groups != 0) {
      throw new IllegalArgumentException(
          groups + " groups do not divide " + inputChannels + " and " + outputChannels);
    }
    for (int d = 0; d < inputSize.size(); d++) {
      if (paddedRest(d, inputSize, kernelSize, padding, dilation) < 0) {
        throw new IllegalArgumentException(
            "the kernel does not fit into the padded input in dimension " + d);
      }
    }
    long positions = 1;
    for (int d = 0; d < inputSize.size(); d++) {
      long rest = paddedRest(d, inputSize, kernelSize, padding, dilation);
      positions = product(List.of((int) (rest / stride.get(d) + 1)), positions);
    }
    requireElements(product(List.of(batch, inputChannels), product(inputSize, 1)));
    requireElements(
        product(List.of(outputChannels, inputChannels / groups), product(kernelSize, 1)));
    requireElements(product(List.of(batch, outputChannels), positions));
  }

  private static void require(String name, List<Integer> values, int count, int min) {
    if (values.size() != count || values.stream().anyMatch(value -> value < min)) {
      throw new IllegalArgumentException(
          name + " must be " + count + " numbers from " + min + " on, not " + values);
    }
  }

  private static void requireElements(long count) {
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a tensor of too many elements: " + count);
    }
  }

  /** How far the kernel can be moved in one dimension, or less than 0. */
  private static long paddedRest(
      int d,
      List<Integer> inputSize,
      List<Integer> kernelSize,
      List<Integer> padding,
      List<Integer> dilation) {
    long kernel = (long) dilation.get(d) * (kernelSize.get(d) - 1) + 1;
    long rest = inputSize.get(d) + 2L * padding.get(d) - kernel;
    return Math.min(rest, Integer.MAX_VALUE - 1);
  }

  /** A product that stays above 2^31 once it is. */
  private static long product(List<Integer> sizes, long first) {
    long product = first;
    for (int size : sizes) {
      product = Math.min(product * size, Integer.MAX_VALUE + 1L);
    }
    return product;
  }

  private static List<Integer> shape(int first, int second, List<Integer> spatial) {
    List<Integer> shape = new ArrayList<>(List.of(first, second));
    shape.addAll(spatial);
    return List.copyOf(shape);
  }

  private static int elements(List<Integer> shape) {
    return (int) product(shape, 1);
  }

  /** Spatial dimensions. */
  public int dimensions() {
    return inputSize.size();
  }

  /** The spatial size of the output. */
  public List<Integer> outputSize() {
    List<Integer> size = new ArrayList<>();
    for (int d = 0; d < dimensions(); d++) {
      long rest = paddedRest(d, inputSize, kernelSize, padding, dilation);
      size.add((int) (rest / stride.get(d) + 1));
    }
    return List.copyOf(size);
  }

  /** [batch, inputChannels, inputSize...]. */
  public List<Integer> inputShape() {
    return shape(batch, inputChannels, inputSize);
  }

  /** [outputChannels, inputChannels / groups, kernelSize...]. */
  public List<Integer> weightShape() {
    return shape(outputChannels, inputChannels / groups, kernelSize);
  }

  /** [batch, outputChannels, outputSize...]. */
  public List<Integer> outputShape() {
    return shape(batch, outputChannels, outputSize());
  }

  public int inputElements() {
    return elements(inputShape());
  }

  public int weightElements() {
    return elements(weightShape());
  }

  public int outputElements() {
    return elements(outputShape());
  }

  /** Elements of the kernel of one channel. */
  public int kernelVolume() {
    return elements(kernelSize);
  }

  /** Multiply-adds of the convolution and of each of its two gradients, zeros outside included. */
  public long multiplyAdds() {
    return (long) outputElements() * (inputChannels / groups) * elements(kernelSize);
  }
}
