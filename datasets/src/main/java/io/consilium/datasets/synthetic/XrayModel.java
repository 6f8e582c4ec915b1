package io.consilium.datasets.synthetic;

import io.consilium.datasets.image.Pixels;
import io.consilium.datasets.split.SeededStream;

/**
 * Made-up chest X-rays: two dark lungs in a brighter body, and noise. In a sick one there is a
 * bright round spot in a lung; in a healthy one there may be a rib as bright, which is long and
 * thin, so that brightness alone does not tell.
 */
final class XrayModel {
  static final int SIDE = 12;

  private static final double BODY = 120;
  private static final double LUNG_DEPTH = 70;
  private static final double FINDING = 60;
  private static final double SPOT_RADIUS = 1.5;
  private static final double RIB_WIDTH = 0.6;
  private static final double RIB_SHARE = 0.5;
  private static final double NOISE = 14;
  private static final int WHITE = 255;

  private final SeededStream random;
  private final double exposure;

  /**
   * The images of one hospital.
   *
   * @param exposure what its machine adds to the brightness
   */
  XrayModel(SeededStream random, double exposure) {
    this.random = random;
    this.exposure = exposure;
  }

  Pixels next(boolean sick) {
    double side = random.nextDouble() < 0.5 ? 3 : 8;
    double x = side + random.nextDouble() - 0.5;
    double y = 3 + 5 * random.nextDouble();
    double slope = random.nextDouble() - 0.5;
    boolean rib = random.nextDouble() < RIB_SHARE;
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      int row = i / SIDE;
      int column = i % SIDE;
      double finding = sick ? spot(column - x, row - y) : rib ? rib(column, row, y, slope) : 0;
      double value =
          BODY
              + exposure
              - LUNG_DEPTH * Math.max(lung(column - 3, row), lung(column - 8, row))
              + FINDING * finding
              + NOISE * random.nextGaussian();
      pixels[i] = (byte) Math.clamp(Math.round(value), 0, WHITE);
    }
    return Pixels.ofBytes(SIDE, SIDE, pixels);
  }

  /** From 1 in the middle of a lung to 0 at its edge. */
  private static double lung(double fromMiddle, double row) {
    double across = fromMiddle / 2.5;
    double along = (row - 5.5) / 5;
    return Math.max(0, 1 - across * across - along * along);
  }

  private static double spot(double x, double y) {
    return StrictMath.exp(-(x * x + y * y) / (2 * SPOT_RADIUS * SPOT_RADIUS));
  }

  private static double rib(double column, double row, double y, double slope) {
    double away = (row - y - slope * (column - 5.5)) / RIB_WIDTH;
    return StrictMath.exp(-away * away / 2);
  }
}
