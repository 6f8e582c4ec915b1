package io.consilium.datasets;

import io.consilium.datasets.encoding.EncodedTable;
import io.consilium.datasets.split.SeededStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Logistic regression in the clear, to find out whether data can be learned from. */
public final class PlainLogistic {
  private final double[] mean;
  private final double[] deviation;
  private final double[] weights;
  private double intercept;

  private PlainLogistic(int width) {
    mean = new double[width];
    deviation = new double[width];
    weights = new double[width];
  }

  /** Records and labels, row by row; missing values as in the encoded tables. */
  public record Records(List<double[]> features, List<double[]> presence, List<Double> labels) {
    public static Records none() {
      return new Records(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    public Records add(EncodedTable table, int[] rows) {
      int width = table.layout().size();
      for (int row : rows) {
        features.add(Arrays.copyOfRange(table.features(), row * width, (row + 1) * width));
        presence.add(Arrays.copyOfRange(table.presence(), row * width, (row + 1) * width));
        labels.add(table.labels().orElseThrow()[row]);
      }
      return this;
    }
  }

  /** Momentum SGD with the settings of the shipped studies: 20 epochs of batches of 64. */
  public static PlainLogistic fit(Records records, long seed) {
    int width = records.features().getFirst().length;
    PlainLogistic model = new PlainLogistic(width);
    model.standardise(records);
    double[] velocity = new double[width + 1];
    int[] order = IntStream.range(0, records.labels().size()).toArray();
    SeededStream random = new SeededStream(seed, "batches");
    for (int epoch = 0; epoch < 20; epoch++) {
      random.shuffle(order);
      for (int start = 0; start < order.length; start += 64) {
        int end = Math.min(order.length, start + 64);
        double[] gradient = new double[width + 1];
        for (int k = start; k < end; k++) {
          double[] x = model.prepared(records, order[k]);
          double error = model.probability(x) - records.labels().get(order[k]);
          for (int i = 0; i < width; i++) {
            gradient[i] += error * x[i] / (end - start);
          }
          gradient[width] += error / (end - start);
        }
        for (int i = 0; i <= width; i++) {
          double decay = i < width ? 0.001 * model.weights[i] : 0;
          velocity[i] = 0.9 * velocity[i] + gradient[i] + decay;
          if (i < width) {
            model.weights[i] -= 0.1 * velocity[i];
          } else {
            model.intercept -= 0.1 * velocity[i];
          }
        }
      }
    }
    return model;
  }

  public double accuracy(Records records) {
    int right = 0;
    for (int row = 0; row < records.labels().size(); row++) {
      if (probability(prepared(records, row)) > 0.5 == records.labels().get(row) > 0.5) {
        right++;
      }
    }
    return (double) right / records.labels().size();
  }

  public double auc(Records records) {
    int n = records.labels().size();
    double[] scores =
        IntStream.range(0, n).mapToDouble(i -> probability(prepared(records, i))).toArray();
    double wins = 0;
    long pairs = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        if (records.labels().get(i) > records.labels().get(j)) {
          pairs++;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return wins / pairs;
  }

  private void standardise(Records records) {
    int n = records.labels().size();
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      double squares = 0;
      double count = 0;
      for (int row = 0; row < n; row++) {
        double value = records.features().get(row)[i];
        sum += value;
        squares += value * value;
        count += records.presence().get(row)[i];
      }
      mean[i] = sum / count;
      deviation[i] = Math.max(1e-9, Math.sqrt(squares / count - mean[i] * mean[i]));
      if (deviation[i] < 1e-6) {
        deviation[i] = 1;
      }
    }
  }

  private double[] prepared(Records records, int row) {
    double[] x = new double[mean.length];
    for (int i = 0; i < x.length; i++) {
      boolean present = records.presence().get(row)[i] > 0;
      x[i] = present ? (records.features().get(row)[i] - mean[i]) / deviation[i] : 0;
    }
    return x;
  }

  private double probability(double[] x) {
    double z = intercept;
    for (int i = 0; i < x.length; i++) {
      z += weights[i] * x[i];
    }
    return 1 / (1 + Math.exp(-z));
  }
}
