package io.consilium.bench.networks;

import io.consilium.bench.networks.NetworkWriter.Window;
import java.io.IOException;

/** For small grey images: 5 filters of 5 x 5 with stride 2, and layers of 100 and 10 units. */
public record SmallCnn() implements Architecture {
  private static final int FILTERS = 5;
  private static final int KERNEL = 5;
  private static final int STRIDE = 2;
  private static final int UNITS = 100;

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int dimensions() {
    return 2;
  }

  @Override
  public int classes() {
    return 10;
  }

  @Override
  public String layers(NetworkWriter w, int side) throws IOException {
    int after = (side - KERNEL) / STRIDE + 1;
    String x = w.input(channels(), side);
    x = w.relu(w.convWithBias(x, channels(), FILTERS, new Window(KERNEL, STRIDE, 0)));
    x = w.relu(w.dense(w.flatten(x), FILTERS * after * after, UNITS));
    return w.dense(x, UNITS, classes());
  }
}
