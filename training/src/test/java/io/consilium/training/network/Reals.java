package io.consilium.training.network;

import io.consilium.protocols.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The loss of a network in double precision, straight from its definition: the oracle. */
final class Reals {
  private Reals() {}

  /** The sum over the rows of the loss, with the statistics of these rows. */
  static double loss(Network network, List<double[]> parameters, double[][] rows, double[][] y) {
    double[][] outputs = outputs(network.layers(), network.input(), parameters, rows);
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      sum += loss(network.loss(), outputs[i], y[i]);
    }
    return sum;
  }

  private static double[][] outputs(
      List<Layer> layers, Shape input, List<double[]> parameters, double[][] rows) {
    double[][] x = rows;
    Shape shape = input;
    int at = 0;
    for (Layer layer : layers) {
      int end = at + layer.parameters(shape).size();
      x = outputs(layer, shape, parameters.subList(at, end), x);
      shape = layer.output(shape);
      at = end;
    }
    return x;
  }

  /** Layers of layers, and those whose rows depend on each other. */
  private static double[][] outputs(
      Layer layer, Shape shape, List<double[]> parameters, double[][] rows) {
    return switch (layer) {
      case BatchNorm norm -> normalised(norm, shape, parameters, rows);
      case Concatenation branches -> concatenated(branches, shape, parameters, rows);
      case Residual inner -> {
        double[][] added = outputs(inner.layers(), shape, parameters, rows);
        yield joined(rows, added, Reals::sum);
      }
      default ->
          Arrays.stream(rows)
              .map(row -> output(layer, shape, parameters, row))
              .toArray(double[][]::new);
    };
  }

  private static double[][] joined(double[][] x, double[][] y, BinaryOperator<double[]> operation) {
    double[][] z = x.clone();
    Arrays.setAll(z, i -> operation.apply(x[i], y[i]));
    return z;
  }

  /** A layer that takes rows one by one. */
  private static double[] output(Layer layer, Shape shape, List<double[]> parameters, double[] x) {
    return switch (layer) {
      case AveragePool pool -> SpatialReals.averages(pool, shape, x);
      case Conv conv -> SpatialReals.convolution(conv, shape, parameters, x);
      case Dense _ -> dense(parameters.get(0), parameters.get(1), x);
      case Dropout dropout -> throw new IllegalArgumentException(dropout + " is tested elsewhere");
      case Flatten _ -> x;
      case Gelu _ -> map(x, v -> v * normal(v));
      case GlobalAveragePool _ -> SpatialReals.channelMeans(shape, x);
      case LeakyRelu leaky -> map(x, v -> v < 0 ? leaky.roundedSlope() * v : v);
      case MaxPool pool -> SpatialReals.largest(pool, shape, x);
      case Relu _ -> map(x, v -> Math.max(v, 0));
      case Sigmoid _ -> map(x, v -> 1 / (1 + Math.exp(-v)));
      case Softmax _ -> {
        double sum = Arrays.stream(x).map(Math::exp).sum();
        yield map(x, v -> Math.exp(v) / sum);
      }
      case Tanh _ -> map(x, Math::tanh);
      case BatchNorm _, Concatenation _, Residual _ ->
          throw new IllegalStateException(layer + " takes all rows at once");
    };
  }

  private static double[][] concatenated(
      Concatenation layer, Shape shape, List<double[]> parameters, double[][] rows) {
    double[][] all = new double[rows.length][0];
    int at = 0;
    for (List<Layer> branch : layer.branches()) {
      int end = at + new Chain(branch).parameters(shape).size();
      double[][] part = outputs(branch, shape, parameters.subList(at, end), rows);
      all =
          joined(
              all,
              part,
              (x, y) -> DoubleStream.concat(Arrays.stream(x), Arrays.stream(y)).toArray());
      at = end;
    }
    return all;
  }

  private static double[][] normalised(
      BatchNorm layer, Shape shape, List<double[]> parameters, double[][] rows) {
    int channels = shape.dimensions().getFirst();
    int places = shape.size() / channels;
    double[][] y = new double[rows.length][shape.size()];
    for (int c = 0; c < channels; c++) {
      int from = c * places;
      double[] values =
          Arrays.stream(rows)
              .flatMapToDouble(row -> Arrays.stream(row, from, from + places))
              .toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      double centre = layer.frozen() ? parameters.get(2)[c] : mean;
      double inverse =
          layer.frozen() ? parameters.get(4)[c] : 1 / Math.sqrt(variance + layer.epsilon());
      for (int i = 0; i < rows.length; i++) {
        for (int j = from; j < from + places; j++) {
          y[i][j] = parameters.get(0)[c] * (rows[i][j] - centre) * inverse + parameters.get(1)[c];
        }
      }
    }
    return y;
  }

  /** The distribution function of the normal distribution, as a sum over its density. */
  private static double normal(double x) {
    double sum = 0;
    int parts = 4000;
    double width = Math.abs(x) / parts;
    for (int i = 0; i < parts; i++) {
      double t = (i + 0.5) * width;
      sum += width * Math.exp(-t * t / 2);
    }
    return 0.5 + Math.signum(x) * sum / Math.sqrt(2 * Math.PI);
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
