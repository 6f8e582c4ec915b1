package io.consilium.training.plain;

import java.util.ArrayList;
import java.util.List;

/**
 * A feature that the program of the parties standardises otherwise than double precision does: its
 * values lie closer together than what is shared of them can tell.
 *
 * @param feature its place
 * @param fixedPoint one over its standard deviation, as the parties compute it
 * @param exact the same in double precision; 0 if all values are equal
 */
public record ScaleCheck(int feature, double fixedPoint, double exact) {
  private static final double TOLERANCE = 0.01;

  /** Those that differ by more than 1 %. */
  static List<ScaleCheck> differing(double[] fixedPoint, double[] exact) {
    List<ScaleCheck> differing = new ArrayList<>();
    for (int j = 0; j < exact.length; j++) {
      if (!(Math.abs(fixedPoint[j] - exact[j]) <= TOLERANCE * exact[j])) {
        differing.add(new ScaleCheck(j, fixedPoint[j], exact[j]));
      }
    }
    return differing;
  }

  /** The standard deviation in parts of the declared range. */
  public double deviation() {
    return 1 / exact;
  }
}
