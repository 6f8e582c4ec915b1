package io.consilium.training.network;

import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

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
    return output(network.layers(), network.input(), parameters, row);
  }

  private static double[] output(
      List<Layer> layers, Shape input, List<double[]> parameters, double[] row) {
    double[] x = row;
    Shape shape = input;
    int at = 0;
    for (Layer layer : layers) {
      int end = at + layer.parameters(shape).size();
      x = output(layer, shape, parameters.subList(at, end), x);
      shape = layer.output(shape);
      at = end;
    }
    return x;
  }

  private static double[] output(Layer layer, Shape shape, List<double[]> parameters, double[] x) {
    return switch (layer) {
      case AveragePool pool -> SpatialReals.averages(pool, shape, x);
      case Conv conv -> SpatialReals.convolution(conv, shape, parameters, x);
      case Concatenation branches -> concatenated(branches, shape, parameters, x);
      case Dense _ -> dense(parameters.get(0), parameters.get(1), x);
      case Dropout dropout -> throw new IllegalArgumentException(dropout + " is tested elsewhere");
      case Flatten _ -> x;
      case GlobalAveragePool _ -> SpatialReals.channelMeans(shape, x);
      case LeakyRelu leaky -> map(x, v -> v < 0 ? leaky.roundedSlope() * v : v);
      case MaxPool pool -> SpatialReals.largest(pool, shape, x);
      case Relu _ -> map(x, v -> Math.max(v, 0));
      case Residual inner -> sum(x, output(inner.layers(), shape, parameters, x));
      case Sigmoid _ -> map(x, v -> 1 / (1 + Math.exp(-v)));
      case Tanh _ -> map(x, Math::tanh);
    };
  }

  private static double[] concatenated(
      Concatenation layer, Shape shape, List<double[]> parameters, double[] x) {
    DoubleStream all = DoubleStream.empty();
    int at = 0;
    for (List<Layer> branch : layer.branches()) {
      int end = at + new Chain(branch).parameters(shape).size();
      double[] part = output(branch, shape, parameters.subList(at, end), x);
      all = DoubleStream.concat(all, Arrays.stream(part));
      at = end;
    }
    return all.toArray();
  }

  private static double[] sum(double[] x, double[] y) {
    double[] z = x.clone();
    Arrays.setAll(z, i -> x[i] + y[i]);
    return z;
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

  private static double[] map(double[] x, DoubleUnaryOperator f) {
    return Arrays.stream(x).map(f).toArray();
  }

  private static double loss(Loss loss, double[] z, double[] y) {
    return switch (loss) {
      case BinaryCrossEntropy _ ->
          sum(
              z.length,
              k -> Math.log1p(Math.exp(-Math.abs(z[k]))) + Math.max(z[k], 0) - y[k] * z[k]);
      case HuberLoss huber -> sum(z.length, k -> huber(Math.abs(z[k] - y[k]), huber.bound()));
      case MeanSquaredError _ -> sum(z.length, k -> (z[k] - y[k]) * (z[k] - y[k]) / 2);
      case SoftmaxCrossEntropy _ -> {
        double sum = 0;
        double chosen = 0;
        for (int k = 0; k < z.length; k++) {
          sum += Math.exp(z[k]);
          chosen += y[k] * z[k];
        }
        yield Math.log(sum) - chosen;
      }
    };
  }

  private static double sum(int count, IntToDoubleFunction term) {
    return IntStream.range(0, count).mapToDouble(term).sum();
  }

  private static double huber(double r, double bound) {
    return r <= bound ? r * r / 2 : bound * (r - bound / 2);
  }
}
