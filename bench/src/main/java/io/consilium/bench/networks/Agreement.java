package io.consilium.bench.networks;

import java.util.List;

/**
 * How well scores on shares agree with those in floating point.
 *
 * @param places at which a class is chosen: one for each image, or each voxel of a volume
 * @param same places with the same class
 * @param errorMax the largest error of a score
 * @param scoreMax the largest absolute score
 */
public record Agreement(int places, int same, double errorMax, double scoreMax) {
  /** Of the places, those that have to have the same class at least. */
  private static final double SHARE_MIN = 0.995;

  /** An error of a score, relative to the largest. */
  private static final double ERROR_MAX = 0.01;

  /**
   * Compares the scores of images.
   *
   * @param classes of [classes, places], which every array is
   */
  public static Agreement of(List<double[]> actual, List<double[]> expected, int classes) {
    int places = 0;
    int same = 0;
    double errorMax = 0;
    double scoreMax = 0;
    for (int i = 0; i < expected.size(); i++) {
      double[] a = actual.get(i);
      double[] e = expected.get(i);
      int plane = e.length / classes;
      for (int p = 0; p < plane; p++) {
        places++;
        same += best(a, p, plane) == best(e, p, plane) ? 1 : 0;
      }
      for (int j = 0; j < e.length; j++) {
        errorMax = Math.max(errorMax, Math.abs(a[j] - e[j]));
        scoreMax = Math.max(scoreMax, Math.abs(e[j]));
      }
    }
    return new Agreement(places, same, errorMax, scoreMax);
  }

  private static int best(double[] scores, int place, int plane) {
    int best = place;
    for (int i = place; i < scores.length; i += plane) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }

  /** Whether the classes are the same at 99.5 % of the places, and no score is off by 1 %. */
  public boolean isClose() {
    return same >= SHARE_MIN * places && errorMax <= ERROR_MAX * scoreMax;
  }

  @Override
  public String toString() {
    return "the same class at %d of %d places, scores of up to %.4g off by up to %.2g"
        .formatted(same, places, scoreMax, errorMax);
  }
}
