package io.consilium.bench;

import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Flatten;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.MaxPool;
import io.consilium.training.network.Network;
import io.consilium.training.network.Relu;
import io.consilium.training.network.SoftmaxCrossEntropy;
import io.consilium.training.network.Window;
import io.consilium.training.plain.NetworkTwin;
import java.util.Arrays;
import java.util.List;

/**
 * One step of LeNet with momentum, as a training takes it: convolutions of 20 and 50 filters of 5 x
 * 5, each with max pooling of 2 x 2 and ReLU, and layers of 500 and 10 units.
 */
record LenetStep(String name, int batchSize) implements Benchmark.Secure {
  private static final int SIDE = 28;
  private static final int[] FILTERS = {20, 50};
  private static final int UNITS = 500;

  private NetworkBatch batch() {
    Window kernel = Window.of(5, 5);
    Window pool = Window.of(2, 2).withStride(2, 2);
    Network network =
        new Network(
            new Shape(List.of(1, SIDE, SIDE)),
            List.of(
                new Conv(FILTERS[0], kernel, 1, Initialisation.HE),
                new MaxPool(pool),
                new Relu(),
                new Conv(FILTERS[1], kernel, 1, Initialisation.HE),
                new MaxPool(pool),
                new Relu(),
                new Flatten(),
                new Dense(UNITS, Initialisation.HE),
                new Relu(),
                new Dense(NetworkBatch.CLASSES, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    return new NetworkBatch(name, network, batchSize);
  }

  @Override
  public boolean isStep() {
    return true;
  }

  @Override
  public Task prepare(Rep3Backend b) {
    return batch().prepare(b);
  }

  /** The twin of the tests: ND4J with its own derivatives. */
  @Override
  public Task plaintext() {
    NetworkBatch batch = batch();
    NetworkTwin twin = new NetworkTwin(batch.network(), batch.optimiser(), NetworkBatch.SEED);
    double[] x = batch.pixels();
    double[] y = Arrays.stream(batch.labels()).asDoubleStream().toArray();
    return () -> twin.step(x, y, batchSize, NetworkBatch.LEARNING_RATE);
  }
}
