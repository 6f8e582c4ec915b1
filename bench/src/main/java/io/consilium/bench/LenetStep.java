package io.consilium.bench;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Flatten;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.MaxPool;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkState;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Relu;
import io.consilium.training.network.Sgd;
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
  private static final int INPUTS = SIDE * SIDE;
  private static final int[] FILTERS = {20, 50};
  private static final int UNITS = 500;
  private static final int CLASSES = 10;
  private static final double LEARNING_RATE = 0.05;
  private static final double MOMENTUM = 0.9;
  private static final long SEED = 7;

  /** Grey values. */
  private static final FixedPoint PIXELS = new FixedPoint(8);

  /** After one step; a step moves a parameter by some thousandths. */
  private static final double DIFFERENCE_MAX = 1e-3;

  private double[] pixels() {
    double[] pixels = PublicInputs.reals(name, batchSize * INPUTS);
    Arrays.setAll(pixels, i -> (pixels[i] + 1) / 2);
    return pixels;
  }

  private long[] labels() {
    long[] labels = new long[batchSize * CLASSES];
    for (int i = 0; i < batchSize; i++) {
      labels[i * CLASSES + i % CLASSES] = 1;
    }
    return labels;
  }

  private NetworkStep step() {
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
                new Dense(CLASSES, Initialisation.GLOROT)),
            new SoftmaxCrossEntropy());
    return new NetworkStep(network, new Sgd(LEARNING_RATE, MOMENTUM, 0, batchSize));
  }

  @Override
  public boolean isStep() {
    return true;
  }

  /** A training on one batch. */
  private final class Training {
    private final Backend b;
    private final NetworkStep step = step();
    private final SecretTensor rows;
    private final SecretTensor labels;
    private NetworkState state;

    Training(Backend b) {
      this.b = b;
      Shape shape = new Shape(List.of(batchSize, 1, SIDE, SIDE));
      this.rows = PublicInputs.share(b, shape, PIXELS, PIXELS.encode(pixels()));
      this.labels =
          PublicInputs.share(
              b, Shape.matrix(batchSize, CLASSES), step.network().loss().labelFormat(), labels());
      this.state = step.initial(b, SEED);
    }

    void next() {
      state = step.apply(b, state, rows, labels, LEARNING_RATE);
    }

    double[] opened(int parameter) {
      SecretTensor tensor = state.parameters().get(parameter);
      return tensor.format().decode(PublicInputs.open(b, name, tensor));
    }
  }

  @Override
  public Task prepare(Rep3Backend b) {
    Training training = new Training(b);
    return new Task() {
      @Override
      public void run() {
        training.next();
      }

      @Override
      public void check() {
        Training reference = new Training(new ClearBackend());
        reference.next();
        for (int i = 0; i < reference.state.parameters().size(); i++) {
          requireNear(i, training.opened(i), reference.opened(i));
        }
      }
    };
  }

  private void requireNear(int parameter, double[] actual, double[] expected) {
    for (int i = 0; i < actual.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= DIFFERENCE_MAX)) {
        throw new WrongResult(
            "%s: element %d of parameter %d is %.6f, not %.6f"
                .formatted(name, i, parameter, actual[i], expected[i]));
      }
    }
  }

  /** The twin of the tests: ND4J with its own derivatives. */
  @Override
  public Task plaintext() {
    Sgd sgd = new Sgd(LEARNING_RATE, MOMENTUM, 0, batchSize);
    NetworkTwin twin = new NetworkTwin(step().network(), sgd, SEED);
    double[] x = pixels();
    double[] y = Arrays.stream(labels()).asDoubleStream().toArray();
    return () -> twin.step(x, y, batchSize, LEARNING_RATE);
  }
}
