package io.consilium.training;

import io.consilium.protocols.FixedPoint;

/** The fixed-point formats of the program. Whoever shares features uses {@link #FEATURES}. */
public final class Formats {
  /** Features as they are shared: from 0 to 1, after scaling to their range. */
  public static final FixedPoint FEATURES = new FixedPoint(24);

  /** Numbers as labels. Classes are shared as integers. */
  public static final FixedPoint NUMBER_LABELS = new FixedPoint(16);

  /** Probabilities and predicted numbers. */
  public static final FixedPoint PREDICTIONS = new FixedPoint(16);

  /** Weights, intercepts and their velocity. */
  static final FixedPoint WEIGHTS = new FixedPoint(24);

  /** Means of features. */
  static final FixedPoint MEANS = FEATURES;

  /** One over the standard deviation; at most 2^14. */
  static final FixedPoint SCALES = new FixedPoint(18);

  /** Linear predictors in evaluation. */
  static final FixedPoint SCORES = new FixedPoint(16);

  /** Released real numbers. */
  static final FixedPoint RELEASED = new FixedPoint(16);

  private Formats() {}
}
