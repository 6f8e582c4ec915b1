package io.consilium.bench.networks;

import io.consilium.bench.networks.NetworkWriter.Window;
import java.io.IOException;

/**
 * ResNet-50: He et al., CVPR 2016, <a href="https://arxiv.org/abs/1512.03385">arXiv 1512.03385</a>,
 * table 1, with the strides in the 3 x 3 convolutions, as it is trained today.
 */
public record ResNet50() implements ImageNetArchitecture {
  private static final int[] BLOCKS = {3, 4, 6, 3};
  private static final int WIDTH = 64;
  private static final int EXPANSION = 4;

  /** Of what a block adds; with 1 the sums of 16 blocks would grow to 2^8. */
  private static final double SCALE_OF_SUMMAND = 0.4;

  @Override
  public String layers(NetworkWriter w, int side) throws IOException {
    String x = w.input(channels(), side);
    x = w.conv(x, channels(), WIDTH, new Window(7, 2, 3));
    x = w.relu(w.batchNorm(x, WIDTH, 1));
    x = w.maxPool(x, new Window(3, 2, 1), false);
    int in = WIDTH;
    for (int stage = 0; stage < BLOCKS.length; stage++) {
      int width = WIDTH << stage;
      for (int block = 0; block < BLOCKS[stage]; block++) {
        x = bottleneck(w, x, in, width, block == 0 && stage > 0 ? 2 : 1);
        in = width * EXPANSION;
      }
    }
    return w.dense(w.flatten(w.globalAveragePool(x)), in, classes());
  }

  private static String bottleneck(NetworkWriter w, String x, int in, int width, int stride)
      throws IOException {
    int out = width * EXPANSION;
    String y = w.relu(w.batchNorm(w.conv(x, in, width, Window.POINT), width, 1));
    y = w.relu(w.batchNorm(w.conv(y, width, width, new Window(3, stride, 1)), width, 1));
    y = w.batchNorm(w.conv(y, width, out, Window.POINT), out, SCALE_OF_SUMMAND);
    String shortcut =
        in == out ? x : w.batchNorm(w.conv(x, in, out, new Window(1, stride, 0)), out, 1);
    return w.relu(w.add(y, shortcut));
  }
}
