package io.consilium.bench.networks;

import io.consilium.bench.networks.NetworkWriter.Window;
import java.io.IOException;

/**
 * The three-dimensional U-Net: Çiçek et al., MICCAI 2016, <a
 * href="https://arxiv.org/abs/1606.06650">arXiv 1606.06650</a>, with four levels as in figure 2,
 * padded convolutions, so that the result has the size of the volume, and half of its channels.
 */
public record Unet3d() implements Architecture {
  private static final int LEVELS = 4;
  private static final int WIDTH = 16;
  private static final Window HALVING = new Window(2, 2, 0);

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int dimensions() {
    return 3;
  }

  @Override
  public int classes() {
    return 3;
  }

  @Override
  public String layers(NetworkWriter w, int side) throws IOException {
    if (side % (1 << LEVELS - 1) != 0) {
      throw new IllegalArgumentException("a side of " + side + " cannot be halved three times");
    }
    String x = w.input(channels(), side);
    String[] skipped = new String[LEVELS];
    int in = channels();
    for (int level = 0; level < LEVELS; level++) {
      int width = WIDTH << level;
      x = pair(w, x, in, width);
      skipped[level] = x;
      in = width;
      if (level < LEVELS - 1) {
        x = w.maxPool(x, HALVING, false);
      }
    }
    for (int level = LEVELS - 2; level >= 0; level--) {
      int width = WIDTH << level;
      x = w.concat(skipped[level], w.transposedConv(x, 2 * width, width));
      x = pair(w, x, 2 * width, width);
    }
    return w.conv(x, WIDTH, classes(), Window.POINT);
  }

  private static String pair(NetworkWriter w, String x, int in, int out) throws IOException {
    String y = w.relu(w.batchNorm(w.conv(x, in, out, Window.THREE), out, 1));
    return w.relu(w.batchNorm(w.conv(y, out, out, Window.THREE), out, 1));
  }
}
