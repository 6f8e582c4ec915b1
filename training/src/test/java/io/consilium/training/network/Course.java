package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.training.BatchPlan;
import io.consilium.training.plain.NetworkTwin;
import java.util.Arrays;
import java.util.List;

/** A course of training on samples, on any backend and by the twin: same batches, same weights. */
record Course(
    Network network,
    Optimiser optimiser,
    double rate,
    int batchRows,
    Samples training,
    Samples evaluated,
    int epochs,
    long seed) {
  Course(Network network, Sgd sgd, Samples training, Samples evaluated, int epochs, long seed) {
    this(network, sgd, sgd.learningRate(), sgd.batchRows(), training, evaluated, epochs, seed);
  }

  /** What a course comes to: the parameters, and the outputs for the evaluated rows. */
  record Outcome(List<double[]> parameters, double[] scores) {
    double accuracy(double[][] labels) {
      int right = 0;
      int width = labels[0].length;
      for (int i = 0; i < labels.length; i++) {
        double[] row = Arrays.copyOfRange(scores, i * width, (i + 1) * width);
        right += labels[i][largest(row)] == 1 ? 1 : 0;
      }
      return (double) right / labels.length;
    }

    private static int largest(double[] row) {
      int best = 0;
      for (int i = 1; i < row.length; i++) {
        best = row[i] > row[best] ? i : best;
      }
      return best;
    }

    double largestDifference(Outcome other) {
      double largest = 0;
      for (int p = 0; p < parameters.size(); p++) {
        for (int i = 0; i < parameters.get(p).length; i++) {
          double difference = parameters.get(p)[i] - other.parameters.get(p)[i];
          largest = Math.max(largest, Math.abs(difference));
        }
      }
      return largest;
    }
  }

  private BatchPlan plan() {
    return new BatchPlan(seed, training.rows().length, batchRows);
  }

  Outcome on(Backend b) {
    NetworkStep step = new NetworkStep(network, optimiser);
    SecretTensor rows = training.rows(b, network.input());
    SecretTensor labels = training.labels(b, network.loss().labelFormat());
    NetworkState state = step.initial(b, seed);
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] batch : plan().batches(epoch)) {
        SecretTensor x = b.rows(rows, batch);
        state = step.apply(b, state, x, b.rows(labels, batch), rate);
      }
    }
    SecretTensor scores = step.scores(b, state, evaluated.rows(b, network.input()));
    return new Outcome(Samples.opened(b, state.parameters()), Samples.opened(b, scores));
  }

  Outcome ofTheTwin() {
    NetworkTwin twin = new NetworkTwin(network, optimiser, seed);
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (int[] batch : plan().batches(epoch)) {
        double[] x = Samples.flat(selected(training.rows(), batch));
        double[] y = Samples.flat(selected(training.labels(), batch));
        twin.step(x, y, batch.length, rate);
      }
    }
    double[] scores = twin.scores(Samples.flat(evaluated.rows()), evaluated.rows().length);
    return new Outcome(twin.parameters(), scores);
  }

  private static double[][] selected(double[][] rows, int[] indices) {
    return Arrays.stream(indices).mapToObj(i -> rows[i]).toArray(double[][]::new);
  }
}
