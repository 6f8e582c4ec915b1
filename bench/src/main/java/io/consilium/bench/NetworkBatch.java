package io.consilium.bench;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkState;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A batch of made-up grey images and labels, and the training of a network on it. */
record NetworkBatch(String name, Network network, int rows) {
  static final int CLASSES = 10;
  static final double LEARNING_RATE = 0.05;
  static final double MOMENTUM = 0.9;
  static final long SEED = 7;

  /** Grey values. */
  private static final FixedPoint PIXELS = new FixedPoint(8);

  /** After one step; a step moves a parameter by some thousandths. */
  private static final double DIFFERENCE_MAX = 1e-3;

  double[] pixels() {
    double[] pixels = PublicInputs.reals(name, rows * network.input().size());
    Arrays.setAll(pixels, i -> (pixels[i] + 1) / 2);
    return pixels;
  }

  /** One 1 a row. */
  long[] labels() {
    long[] labels = new long[rows * CLASSES];
    for (int i = 0; i < rows; i++) {
      labels[i * CLASSES + i % CLASSES] = 1;
    }
    return labels;
  }

  Sgd optimiser() {
    return new Sgd(LEARNING_RATE, MOMENTUM, 0, rows);
  }

  /** Steps on shares, checked against the clear reference after the first. */
  Task prepare(Rep3Backend b) {
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

  private final class Training {
    private final Backend b;
    private final NetworkStep step = new NetworkStep(network, optimiser());
    private final SecretTensor images;
    private final SecretTensor hot;
    private NetworkState state;

    Training(Backend b) {
      this.b = b;
      List<Integer> dimensions = new ArrayList<>(List.of(rows));
      dimensions.addAll(network.input().dimensions());
      this.images = PublicInputs.share(b, new Shape(dimensions), PIXELS, PIXELS.encode(pixels()));
      Shape shape = Shape.matrix(rows, CLASSES);
      this.hot = PublicInputs.share(b, shape, network.loss().labelFormat(), labels());
      this.state = step.initial(b, SEED);
    }

    void next() {
      state = step.apply(b, state, images, hot, LEARNING_RATE);
    }

    double[] opened(int parameter) {
      SecretTensor tensor = state.parameters().get(parameter);
      return tensor.format().decode(PublicInputs.open(b, name, tensor));
    }
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
}
