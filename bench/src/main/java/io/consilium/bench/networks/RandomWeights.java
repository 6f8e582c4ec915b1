package io.consilium.bench.networks;

import java.util.SplittableRandom;

/**
 * Made-up weights. They are normal, with the variance that keeps activations of size one behind
 * ReLUs (He et al., ICCV 2015), and those of a filter add up to zero, since the means of
 * activations would grow otherwise, which normalisation prevents in a trained network.
 */
final class RandomWeights {
  /** Of biases and means. */
  private static final double SMALL = 0.05;

  /** Of scales and variances, relative. */
  private static final double SPREAD = 0.2;

  /** One over the variance of max(x, 0) for a standard normal x: 1/2 - 1/(2 pi). */
  private static final double GAIN = 1 / (0.5 - 0.5 / Math.PI);

  private final SplittableRandom random;

  RandomWeights(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** The weights of one filter, for a sum of so many products. */
  float[] filter(int taps) {
    float[] filter = filterWithMean(taps, taps);
    double sum = 0;
    for (float weight : filter) {
      sum += weight;
    }
    for (int i = 0; i < taps && taps > 1; i++) {
      filter[i] -= (float) (sum / taps);
    }
    return filter;
  }

  /** Some weights of filters that lie apart. */
  float[] filterWithMean(int count, int taps) {
    double deviation = Math.sqrt(GAIN / taps);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) (random.nextGaussian() * deviation);
    }
    return weights;
  }

  /** Biases, or means. */
  float[] small(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextGaussian() * SMALL);
    }
    return numbers;
  }

  /** Scales, or variances. */
  float[] near(int count, double middle) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (middle * (1 + random.nextDouble(-SPREAD, SPREAD)));
    }
    return numbers;
  }
}
