package io.consilium.bench.networks;

import io.consilium.bench.networks.NetworkWriter.Window;
import java.io.IOException;

/**
 * DenseNet-121: Huang et al., CVPR 2017, <a href="https://arxiv.org/abs/1608.06993">arXiv
 * 1608.06993</a>, table 1, growth rate 32.
 */
public record DenseNet121() implements ImageNetArchitecture {
  private static final int[] BLOCKS = {6, 12, 24, 16};
  private static final int GROWTH = 32;
  private static final int WIDTH = 64;
  private static final int BOTTLENECK = 4 * GROWTH;

  @Override
  public String layers(NetworkWriter w, int side) throws IOException {
    String x = w.input(channels(), side);
    x = w.conv(x, channels(), WIDTH, new Window(7, 2, 3));
    x = w.relu(w.batchNorm(x, WIDTH, 1));
    x = w.maxPool(x, new Window(3, 2, 1), false);
    int width = WIDTH;
    for (int block = 0; block < BLOCKS.length; block++) {
      for (int layer = 0; layer < BLOCKS[block]; layer++) {
        x = w.concat(x, features(w, x, width));
        width += GROWTH;
      }
      if (block < BLOCKS.length - 1) {
        x = w.conv(w.relu(w.batchNorm(x, width, 1)), width, width / 2, Window.POINT);
        width /= 2;
        x = w.averagePool(x, new Window(2, 2, 0));
      }
    }
    x = w.globalAveragePool(w.relu(w.batchNorm(x, width, 1)));
    return w.dense(w.flatten(x), width, classes());
  }

  private static String features(NetworkWriter w, String x, int width) throws IOException {
    String y = w.conv(w.relu(w.batchNorm(x, width, 1)), width, BOTTLENECK, Window.POINT);
    return w.conv(w.relu(w.batchNorm(y, BOTTLENECK, 1)), BOTTLENECK, GROWTH, Window.THREE);
  }
}
