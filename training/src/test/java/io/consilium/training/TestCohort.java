package io.consilium.training;

import io.consilium.training.plain.PlainPart;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Seeded rows of several sites with different case mix, missing values and noisy labels. */
final class TestCohort {
  private final RandomGenerator random;
  private final int columns;
  private final double[] truth;
  private final double missing;

  TestCohort(long seed, int columns, double missing) {
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    this.columns = columns;
    this.missing = missing;
    this.truth = random.doubles(columns, -6, 6).toArray();
  }

  /** How a site's records get their label from the linear predictor. */
  interface Labelling {
    double label(double predictor, double uniform);
  }

  /** Class 1 with the probability of a logistic model; rarer with a lower intercept. */
  static Labelling logistic(double intercept) {
    return (z, u) -> u < 1 / (1 + Math.exp(-z - intercept)) ? 1 : 0;
  }

  /** A number from 0 to 1 with some noise. */
  static Labelling number() {
    return (z, u) -> Math.clamp(0.5 + z / 30 + (u - 0.5) / 10, 0, 1);
  }

  /** Three classes by thirds of the predictor. */
  static Labelling threeClasses() {
    return (z, u) -> {
      double noisy = z + 4 * (u - 0.5);
      return noisy < -2 ? 0 : noisy < 2 ? 1 : 2;
    };
  }

  List<PlainPart> sites(Labelling labelling, int... rows) {
    List<PlainPart> sites = new ArrayList<>();
    for (int site = 0; site < rows.length; site++) {
      sites.add(site(labelling, rows[site], 0.1 * site));
    }
    return sites;
  }

  private PlainPart site(Labelling labelling, int rows, double shift) {
    double[] features = new double[rows * columns];
    double[] presence = new double[rows * columns];
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      double z = 0;
      for (int j = 0; j < columns; j++) {
        double width = 1.0 / (1 + j);
        double x = Math.clamp(0.4 + shift + width * (random.nextDouble() - 0.5), 0, 1);
        z += truth[j] * (x - 0.5) / width;
        boolean present = random.nextDouble() >= missing;
        presence[i * columns + j] = present ? 1 : 0;
        features[i * columns + j] = present ? x : 0;
      }
      labels[i] = labelling.label(z, random.nextDouble());
    }
    return new PlainPart(columns, features, presence, labels);
  }
}
