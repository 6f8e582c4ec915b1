package io.consilium.training.network;

import java.util.List;

/** The loss of a network in double precision, straight from its definition: the oracle. */
final class Reals {
  private Reals() {}

  /** The sum over the rows of the loss. */
  static double loss(Network network, List<double[]> parameters, double[][] rows, double[][] y) {
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      sum += loss(network.loss(), output(network, parameters, rows[i]), y[i]);
    }
    return sum;
  }

  static double[] output(Network network, List<double[]> parameters, double[] row) {
    double[] x = row;
    int at = 0;
    for (int i = 0; i < network.layers().size(); i++) {
      int count = network.parameters(i).size();
      x = output(network.layers().get(i), parameters.subList(at, at + count), x);
      at += count;
    }
    return x;
  }

  private static double[] output(Layer layer, List<double[]> parameters, double[] x) {
    return switch (layer) {
      case Dense _ -> dense(parameters.get(0), parameters.get(1), x);
      case Relu _ -> map(x, v -> Math.max(v, 0));
      default -> throw new IllegalArgumentException("no oracle for " + layer);
    };
  }

  private static double[] dense(double[] weights, double[] bias, double[] x) {
    double[] y = bias.clone();
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += x[i] * weights[i * y.length + j];
      }
    }
    return y;
  }

  private static double[] map(double[] x, java.util.function.DoubleUnaryOperator f) {
    return java.util.Arrays.stream(x).map(f).toArray();
  }

  private static double loss(Loss loss, double[] z, double[] y) {
    return switch (loss) {
      case SoftmaxCrossEntropy _ -> {
        double sum = 0;
        double chosen = 0;
        for (int k = 0; k < z.length; k++) {
          sum += Math.exp(z[k]);
          chosen += y[k] * z[k];
        }
        yield Math.log(sum) - chosen;
      }
      default -> throw new IllegalArgumentException("no oracle for " + loss);
    };
  }
}
