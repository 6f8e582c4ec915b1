package io.consilium.bench;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.clear.ClearBackend;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkState;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Relu;
import io.consilium.training.network.Sgd;
import io.consilium.training.network.SoftmaxCrossEntropy;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** One step of a perceptron 784-128-128-10 with momentum, as a training takes it. */
record MlpStep(String name, int batchSize) implements Benchmark.Secure {
  private static final int INPUTS = 784;
  private static final int HIDDEN = 128;
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
    Network network =
        new Network(
            Shape.vector(INPUTS),
            List.of(
                new Dense(HIDDEN, Initialisation.HE),
                new Relu(),
                new Dense(HIDDEN, Initialisation.HE),
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
      Shape shape = Shape.matrix(batchSize, INPUTS);
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

  @Override
  public Task plaintext() {
    List<double[]> initial = NetworkStep.initialValues(step().network(), SEED);
    INDArray x = PlainTask.array(pixels(), batchSize, INPUTS);
    double[] hot = Arrays.stream(labels()).asDoubleStream().toArray();
    INDArray y = PlainTask.array(hot, batchSize, CLASSES);
    INDArray[] w = {
      PlainTask.array(initial.get(0), INPUTS, HIDDEN),
      PlainTask.array(initial.get(2), HIDDEN, HIDDEN),
      PlainTask.array(initial.get(4), HIDDEN, CLASSES)
    };
    INDArray[] v = Arrays.stream(w).map(Nd4j::zerosLike).toArray(INDArray[]::new);
    return () -> plainStep(x, y, w, v);
  }

  /** Without biases, which are a thousandth of the work. */
  private void plainStep(INDArray x, INDArray y, INDArray[] w, INDArray[] v) {
    INDArray[] in = {x, null, null};
    for (int i = 0; i < 2; i++) {
      in[i + 1] = Transforms.relu(in[i].mmul(w[i]), false);
    }
    INDArray error = Transforms.softmax(in[2].mmul(w[2]), false).subi(y);
    for (int i = 2; i >= 0; i--) {
      INDArray gradient = in[i].transpose().mmul(error);
      if (i > 0) {
        error = error.mmul(w[i].transpose()).muli(in[i].gt(0).castTo(error.dataType()));
      }
      v[i].muli(MOMENTUM).subi(gradient.muli(LEARNING_RATE / batchSize));
      w[i].addi(v[i]);
    }
  }
}
