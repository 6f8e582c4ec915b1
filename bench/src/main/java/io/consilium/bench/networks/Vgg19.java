package io.consilium.bench.networks;

import io.consilium.bench.networks.NetworkWriter.Window;
import java.io.IOException;

/**
 * VGG-19: Simonyan and Zisserman, ICLR 2015, <a href="https://arxiv.org/abs/1409.1556">arXiv
 * 1409.1556</a>, table 1, configuration E: 144 million weights.
 */
public record Vgg19() implements ImageNetArchitecture {
  private static final int[] WIDTHS = {64, 128, 256, 512, 512};
  private static final int[] LAYERS = {2, 2, 4, 4, 4};
  private static final int UNITS = 4096;

  @Override
  public String layers(NetworkWriter w, int side) throws IOException {
    String x = w.input(channels(), side);
    int in = channels();
    int size = side;
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int layer = 0; layer < LAYERS[stage]; layer++) {
        x = w.relu(w.convWithBias(x, in, WIDTHS[stage], Window.THREE));
        in = WIDTHS[stage];
      }
      x = w.maxPool(x, new Window(2, 2, 0), false);
      size /= 2;
    }
    x = w.relu(w.dense(w.flatten(x), in * size * size, UNITS));
    x = w.relu(w.dense(x, UNITS, UNITS));
    return w.dense(x, UNITS, classes());
  }
}
