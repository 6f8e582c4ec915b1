package io.consilium.training.network;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The first images of MNIST (LeCun, Cortes, Burges), if they are at {@code consilium.data}. */
final class Mnist {
  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;

  private Mnist() {}

  static Samples training(int count) throws IOException {
    return samples("train", count);
  }

  static Samples test(int count) throws IOException {
    return samples("t10k", count);
  }

  /** Grey values over 256, which 8 fraction bits hold exactly. */
  private static Samples samples(String part, int count) throws IOException {
    Path directory = Path.of(System.getProperty("consilium.data", "data")).resolve("mnist");
    assumeTrue(
        Files.isDirectory(directory),
        () -> "skipped: no test data at " + directory + " (set -Dconsilium.data=DIR)");
    double[][] rows = new double[count][PIXELS];
    double[][] labels = new double[count][CLASSES];
    try (DataInputStream images = open(directory.resolve(part + "-images-idx3-ubyte.gz"), 16);
        DataInputStream classes = open(directory.resolve(part + "-labels-idx1-ubyte.gz"), 8)) {
      for (int i = 0; i < count; i++) {
        for (int j = 0; j < PIXELS; j++) {
          rows[i][j] = images.readUnsignedByte() / 256.0;
        }
        labels[i][classes.readUnsignedByte()] = 1;
      }
    }
    return new Samples(rows, labels);
  }

  private static DataInputStream open(Path file, int header) throws IOException {
    DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)));
    in.skipNBytes(header);
    return in;
  }
}
