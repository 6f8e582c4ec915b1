package io.consilium.bench.networks;

import io.consilium.bench.networks.NetworkWriter.Window;
import java.io.IOException;

/**
 * SqueezeNet 1.1: Iandola et al., 2016, <a href="https://arxiv.org/abs/1602.07360">arXiv
 * 1602.07360</a>, with the smaller first layer and earlier pools of version 1.1.
 */
public record SqueezeNet() implements ImageNetArchitecture {
  private static final Window POOL = new Window(3, 2, 0);

  @Override
  public String layers(NetworkWriter w, int side) throws IOException {
    String x = w.input(channels(), side);
    x = w.relu(w.convWithBias(x, channels(), 64, new Window(3, 2, 0)));
    x = w.maxPool(x, POOL, true);
    x = fire(w, x, 64, 16, 64);
    x = fire(w, x, 128, 16, 64);
    x = w.maxPool(x, POOL, true);
    x = fire(w, x, 128, 32, 128);
    x = fire(w, x, 256, 32, 128);
    x = w.maxPool(x, POOL, true);
    x = fire(w, x, 256, 48, 192);
    x = fire(w, x, 384, 48, 192);
    x = fire(w, x, 384, 64, 256);
    x = fire(w, x, 512, 64, 256);
    x = w.relu(w.convWithBias(x, 512, classes(), Window.POINT));
    return w.flatten(w.globalAveragePool(x));
  }

  /** Few channels in between, then as many of 1 x 1 as of 3 x 3. */
  private static String fire(NetworkWriter w, String x, int in, int squeezed, int expanded)
      throws IOException {
    String s = w.relu(w.convWithBias(x, in, squeezed, Window.POINT));
    String one = w.relu(w.convWithBias(s, squeezed, expanded, Window.POINT));
    String three = w.relu(w.convWithBias(s, squeezed, expanded, Window.THREE));
    return w.concat(one, three);
  }
}
