package io.consilium.training;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.ValueRange;

/** The fixed-point formats of the program. Whoever shares features uses {@link #FEATURES}. */
public final class Formats {
  /**
   * Features as they are shared: from 0 to 1 after scaling to their range, 1 exclusive, so that the
   * legal codes are those of 32 bits ({@link #featureCodes}).
   */
  public static final FixedPoint FEATURES = new FixedPoint(32);

  /** Numbers as labels. Classes are shared as integers. */
  public static final FixedPoint NUMBER_LABELS = new FixedPoint(16);

  /** Probabilities and predicted numbers. */
  public static final FixedPoint PREDICTIONS = new FixedPoint(16);

  /** Weights, intercepts and their velocity. */
  static final FixedPoint WEIGHTS = new FixedPoint(24);

  /** Parameters of a network. */
  static final FixedPoint PARAMETERS = new FixedPoint(16);

  /** Fraction bits of prepared features where a network answers. */
  static final int QUESTION_BITS = 16;

  /** Means of features. */
  static final FixedPoint MEANS = FEATURES;

  /** One over the standard deviation; at most 2^31. */
  static final FixedPoint SCALES = new FixedPoint(18);

  /** Weights of centred features: a product with one of these has 48 fraction bits. */
  static final FixedPoint FOLDED = new FixedPoint(16);

  /** Linear predictors in evaluation. */
  static final FixedPoint SCORES = new FixedPoint(16);

  /** They stay below 2^14, so that their differences are compared with 32 bits. */
  static final ValueRange SCORE_RANGE = ValueRange.of(SCORES, (1 << 14) - 1);

  /** Released real numbers. */
  static final FixedPoint RELEASED = new FixedPoint(16);

  /** Released parameters of a network. */
  static final FixedPoint RELEASED_PARAMETERS = new FixedPoint(12);

  private static final long FEATURE_CODE_MAX = (1L << FEATURES.fractionBits()) - 1;

  private Formats() {}

  /**
   * The codes of features as they are shared; 1 becomes the largest code.
   *
   * @param features from 0 to 1
   */
  public static long[] featureCodes(double[] features) {
    long[] codes = FEATURES.encode(features);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Math.min(codes[i], FEATURE_CODE_MAX);
    }
    return codes;
  }
}
