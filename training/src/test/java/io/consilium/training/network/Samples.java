package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.ThreeParties;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Rows and labels of a test, in the clear, and as inputs of any backend. */
record Samples(double[][] rows, double[][] labels) {
  /** The format of the rows; they are rounded to it. */
  static final FixedPoint F8 = new FixedPoint(8);

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Classes around centres, one-hot labels, values of 8 fraction bits. */
  static Samples classes(long seed, int count, int features, int classes, double spread) {
    RandomGenerator random = random(seed);
    double[][] centres = new double[classes][features];
    for (double[] centre : centres) {
      for (int j = 0; j < features; j++) {
        centre[j] = random.nextGaussian();
      }
    }
    double[][] rows = new double[count][features];
    double[][] labels = new double[count][classes];
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(classes);
      labels[i][label] = 1;
      for (int j = 0; j < features; j++) {
        double value = centres[label][j] + spread * random.nextGaussian();
        rows[i][j] = F8.decode(F8.encode(value));
      }
    }
    return new Samples(rows, labels);
  }

  /**
   * Images of one channel: a bright bar, level, upright or along a diagonal, somewhere in noise.
   */
  static Samples bars(long seed, int count, int side) {
    RandomGenerator random = random(seed);
    double[][] rows = new double[count][side * side];
    double[][] labels = new double[count][4];
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(4);
      int at = random.nextInt(side);
      labels[i][label] = 1;
      for (int j = 0; j < side * side; j++) {
        int u = j / side;
        int v = j % side;
        int distance =
            switch (label) {
              case 0 -> u - at;
              case 1 -> v - at;
              case 2 -> (u + v) % side - at;
              default -> (u - v + side) % side - at;
            };
        double value = (distance == 0 ? 0.75 : 0) + 0.25 * random.nextGaussian();
        rows[i][j] = F8.decode(F8.encode(value));
      }
    }
    return new Samples(rows, labels);
  }

  Samples part(int from, int to) {
    return new Samples(
        java.util.Arrays.copyOfRange(rows, from, to),
        java.util.Arrays.copyOfRange(labels, from, to));
  }

  SecretTensor rows(Backend b) {
    return input(b, rows, F8);
  }

  /** The rows in the shape of a network's input. */
  SecretTensor rows(Backend b, Shape row) {
    List<Integer> dimensions = new ArrayList<>(List.of(rows.length));
    dimensions.addAll(row.dimensions());
    return b.reshape(rows(b), new Shape(dimensions));
  }

  SecretTensor labels(Backend b, FixedPoint format) {
    return input(b, labels, format);
  }

  private static SecretTensor input(Backend b, double[][] values, FixedPoint format) {
    boolean owns = !(b instanceof Rep3Backend rep3) || rep3.self() == ComputeParty.P0;
    Shape shape = Shape.matrix(values.length, values[0].length);
    long[] codes = owns ? format.encode(flat(values)) : new long[0];
    return b.input(ComputeParty.P0, shape, format, codes);
  }

  static double[] flat(double[][] values) {
    return java.util.Arrays.stream(values).flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  static double[] opened(Backend b, SecretTensor x) {
    return x.format().decode(b.open(x, ThreeParties.any()));
  }

  static List<double[]> opened(Backend b, List<SecretTensor> tensors) {
    List<double[]> all = new ArrayList<>();
    for (SecretTensor tensor : tensors) {
      all.add(opened(b, tensor));
    }
    return all;
  }
}
