package io.consilium.bench.networks;

import java.util.SplittableRandom;

/**
 * A made-up image or volume of mean zero and variance one: waves of a few lengths and directions,
 * which differ from channel to channel, and noise.
 */
public final class MadeUpImage {
  private static final int WAVES = 6;
  private static final double NOISE = 0.3;
  private static final double WAVES_ACROSS_MAX = 9;

  private final int[] position;
  private final SplittableRandom random;

  private MadeUpImage(int dimensions, long seed) {
    this.position = new int[dimensions];
    this.random = new SplittableRandom(seed);
  }

  static double[] of(Architecture architecture, int side, long seed) {
    return of(architecture.channels(), architecture.dimensions(), side, seed);
  }

  /** Pixels [channels, side, side, ...]. */
  public static double[] of(int channels, int dimensions, int side, long seed) {
    MadeUpImage image = new MadeUpImage(dimensions, seed);
    int plane = (int) Math.pow(side, dimensions);
    double[] pixels = new double[channels * plane];
    for (int c = 0; c < channels; c++) {
      image.fill(pixels, c * plane, plane, side);
    }
    standardise(pixels);
    return pixels;
  }

  private void fill(double[] pixels, int from, int count, int side) {
    double[][] waves = new double[WAVES][position.length + 1];
    for (double[] wave : waves) {
      for (int d = 0; d < position.length; d++) {
        wave[d] = random.nextDouble(-WAVES_ACROSS_MAX, WAVES_ACROSS_MAX) * 2 * Math.PI / side;
      }
      wave[position.length] = random.nextDouble(2 * Math.PI);
    }
    for (int i = 0; i < count; i++) {
      int rest = i;
      for (int d = position.length - 1; d >= 0; d--) {
        position[d] = rest % side;
        rest /= side;
      }
      double sum = NOISE * random.nextGaussian();
      for (double[] wave : waves) {
        sum += height(wave);
      }
      pixels[from + i] = sum;
    }
  }

  private double height(double[] wave) {
    double phase = wave[position.length];
    for (int d = 0; d < position.length; d++) {
      phase += wave[d] * position[d];
    }
    return Math.sin(phase);
  }

  private static void standardise(double[] pixels) {
    double sum = 0;
    double squares = 0;
    for (double pixel : pixels) {
      sum += pixel;
      squares += pixel * pixel;
    }
    double mean = sum / pixels.length;
    double deviation = Math.sqrt(squares / pixels.length - mean * mean);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (pixels[i] - mean) / deviation;
    }
  }
}
