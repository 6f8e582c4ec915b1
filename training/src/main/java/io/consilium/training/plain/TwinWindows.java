package io.consilium.training.plain;

import io.consilium.protocols.Shape;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv3DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling3DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolutions and pools of a graph in one, two and three dimensions. A sequence is an image of one
 * line; groups are convolutions side by side.
 */
final class TwinWindows {
  private final SameDiff graph;

  TwinWindows(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * A convolution.
   *
   * @param shape of a row of x: channels first
   * @param parameters weights [filters, channels of a group, kernel...] and bias
   */
  SDVariable convolved(Conv conv, Shape shape, SDVariable x, List<SDVariable> parameters) {
    SDVariable weights = parameters.get(0);
    SDVariable bias = parameters.get(1);
    if (conv.groups() == 1) {
      return convolved(conv.window(), shape, x, weights, bias);
    }
    int groups = conv.groups();
    Shape own = channels(shape, shape.rows() / groups);
    SDVariable[] inputs = graph.split(x, groups, 1);
    SDVariable[] kernels = graph.split(weights, groups, 0);
    SDVariable[] biases = graph.split(bias, groups, 0);
    SDVariable[] outputs = new SDVariable[groups];
    for (int g = 0; g < groups; g++) {
      outputs[g] = convolved(conv.window(), own, inputs[g], kernels[g], biases[g]);
    }
    return graph.concat(1, outputs);
  }

  private static Shape channels(Shape shape, int channels) {
    List<Integer> dimensions = new ArrayList<>(shape.dimensions());
    dimensions.set(0, channels);
    return new Shape(dimensions);
  }

  private SDVariable convolved(
      Window window, Shape shape, SDVariable x, SDVariable weights, SDVariable bias) {
    return switch (window.size().size()) {
      case 1 -> {
        SDVariable kernel = graph.expandDims(weights, 2);
        yield line(convolved(image(window), image(shape), image(shape, x), kernel, bias));
      }
      // The derivative of ND4J takes weights in this order only, whatever the format says.
      case 2 -> graph.cnn().conv2d(x, weights.permute(2, 3, 1, 0), bias, images(window));
      case 3 -> graph.cnn().conv3d(x, weights.permute(2, 3, 4, 1, 0), bias, volumes(window));
      default -> throw new IllegalArgumentException("no convolution with " + window);
    };
  }

  SDVariable largest(Window window, Shape shape, SDVariable x) {
    return switch (window.size().size()) {
      case 1 -> line(largest(image(window), image(shape), image(shape, x)));
      case 2 -> graph.cnn().maxPooling2d(x, pools(window));
      case 3 -> graph.cnn().maxPooling3d(x, volumePools(window));
      default -> throw new IllegalArgumentException("no pool with " + window);
    };
  }

  /** The zeros around count: they are put there before. */
  SDVariable mean(Window window, Shape shape, SDVariable x) {
    return switch (window.size().size()) {
      case 1 -> line(mean(image(window), image(shape), image(shape, x)));
      case 2 -> graph.cnn().avgPooling2d(padded(window, x), pools(unpadded(window)));
      case 3 -> graph.cnn().avgPooling3d(padded(window, x), volumePools(unpadded(window)));
      default -> throw new IllegalArgumentException("no pool with " + window);
    };
  }

  private SDVariable padded(Window window, SDVariable x) {
    if (window.padding().stream().allMatch(p -> p == 0)) {
      return x;
    }
    int[][] around = new int[window.size().size() + 2][2];
    for (int d = 0; d < window.padding().size(); d++) {
      int padding = window.padding().get(d);
      around[d + 2] = new int[] {padding, padding};
    }
    return graph.nn().pad(x, graph.constant(Nd4j.createFromArray(around)), 0);
  }

  private static Window unpadded(Window window) {
    List<Integer> none = Collections.nCopies(window.size().size(), 0);
    return new Window(window.size(), window.stride(), none, window.dilation());
  }

  // ---- sequences as images of one line ----------------------------------------------------------

  private static Window image(Window window) {
    return new Window(
        behind(1, window.size()),
        behind(1, window.stride()),
        behind(0, window.padding()),
        behind(1, window.dilation()));
  }

  private static List<Integer> behind(int first, List<Integer> rest) {
    List<Integer> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }

  private static Shape image(Shape line) {
    List<Integer> dimensions = new ArrayList<>(line.dimensions());
    dimensions.add(1, 1);
    return new Shape(dimensions);
  }

  private static SDVariable image(Shape line, SDVariable x) {
    long[] dimensions =
        LongStream.concat(
                LongStream.of(-1), image(line).dimensions().stream().mapToLong(Integer::longValue))
            .toArray();
    return x.reshape(dimensions);
  }

  private SDVariable line(SDVariable image) {
    return graph.squeeze(image, 2);
  }

  // ---- what ND4J calls them ---------------------------------------------------------------------

  private static Conv2DConfig images(Window window) {
    return Conv2DConfig.builder()
        .kH(window.size().get(0))
        .kW(window.size().get(1))
        .sH(window.stride().get(0))
        .sW(window.stride().get(1))
        .pH(window.padding().get(0))
        .pW(window.padding().get(1))
        .dH(window.dilation().get(0))
        .dW(window.dilation().get(1))
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NCHW")
        .weightsFormat(WeightsFormat.YXIO)
        .build();
  }

  private static Conv3DConfig volumes(Window window) {
    return Conv3DConfig.builder()
        .kD(window.size().get(0))
        .kH(window.size().get(1))
        .kW(window.size().get(2))
        .sD(window.stride().get(0))
        .sH(window.stride().get(1))
        .sW(window.stride().get(2))
        .pD(window.padding().get(0))
        .pH(window.padding().get(1))
        .pW(window.padding().get(2))
        .dD(window.dilation().get(0))
        .dH(window.dilation().get(1))
        .dW(window.dilation().get(2))
        .biasUsed(true)
        .paddingMode(PaddingMode.VALID)
        .dataFormat("NCDHW")
        .build();
  }

  private static Pooling2DConfig pools(Window window) {
    return Pooling2DConfig.builder()
        .kH(window.size().get(0))
        .kW(window.size().get(1))
        .sH(window.stride().get(0))
        .sW(window.stride().get(1))
        .pH(window.padding().get(0))
        .pW(window.padding().get(1))
        .dH(1)
        .dW(1)
        .paddingMode(PaddingMode.VALID)
        .isNHWC(false)
        .build();
  }

  private static Pooling3DConfig volumePools(Window window) {
    return Pooling3DConfig.builder()
        .kD(window.size().get(0))
        .kH(window.size().get(1))
        .kW(window.size().get(2))
        .sD(window.stride().get(0))
        .sH(window.stride().get(1))
        .sW(window.stride().get(2))
        .pD(window.padding().get(0))
        .pH(window.padding().get(1))
        .pW(window.padding().get(2))
        .dD(1)
        .dH(1)
        .dW(1)
        .isSameMode(false)
        .isNCDHW(true)
        .build();
  }
}
