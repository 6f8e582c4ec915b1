package io.consilium.bench;

import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.network.Relu;
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

  private NetworkBatch batch() {
    Network network =
        new Network(
            Shape.vector(INPUTS),
            List.of(
                new Dense(HIDDEN, Initialisation.HE),
                new Relu(),
                new Dense(HIDDEN, Initialisation.HE),
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

  @Override
  public Task plaintext() {
    NetworkBatch batch = batch();
    List<double[]> initial = NetworkStep.initialValues(batch.network(), NetworkBatch.SEED);
    INDArray x = PlainTask.array(batch.pixels(), batchSize, INPUTS);
    double[] hot = Arrays.stream(batch.labels()).asDoubleStream().toArray();
    INDArray y = PlainTask.array(hot, batchSize, NetworkBatch.CLASSES);
    INDArray[] w = {
      PlainTask.array(initial.get(0), INPUTS, HIDDEN),
      PlainTask.array(initial.get(2), HIDDEN, HIDDEN),
      PlainTask.array(initial.get(4), HIDDEN, NetworkBatch.CLASSES)
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
      v[i].muli(NetworkBatch.MOMENTUM).subi(gradient.muli(NetworkBatch.LEARNING_RATE / batchSize));
      w[i].addi(v[i]);
    }
  }
}
