package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/**
 * One over the standard deviation of each feature, as shares, and what else follows from it. Each a
 * vector [d].
 *
 * @param scales mantissa times power, in the format {@link Formats#SCALES}; 0 where a feature is
 *     constant
 * @param mantissas below 1, in the same format
 * @param powers integers, powers of two
 * @param limits how far from its mean a value of a question may be, in the format {@link
 *     Formats#FEATURES}: between 90 and 256 deviations
 */
record Deviations(
    SecretTensor scales, SecretTensor mantissas, SecretTensor powers, SecretTensor limits) {

  /** Of features that are not standardised: all are 1. */
  static Deviations none(Backend b, int features) {
    Shape shape = Shape.vector(features);
    SecretTensor one = Arrangement.constant(b, shape, Formats.SCALES, 1);
    return new Deviations(
        one,
        one,
        Arrangement.constant(b, shape, FixedPoint.INTEGER, 1),
        Arrangement.constant(b, shape, Formats.FEATURES, 1));
  }
}
