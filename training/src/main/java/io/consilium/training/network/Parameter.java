package io.consilium.training.network;

import io.consilium.protocols.Shape;
import io.consilium.training.PublicRandom;

/**
 * A tensor that is trained.
 *
 * @param bound initial values are uniform in [-bound, bound]; they are public, from the seed of the
 *     job
 * @param decays whether L2 applies: to weights, not to biases
 */
public record Parameter(String name, Shape shape, double bound, boolean decays) {
  /** The same, named as one of a part of a network. */
  Parameter within(int part) {
    return new Parameter(part + "." + name, shape, bound, decays);
  }

  /** Values drawn one after the other; the same everywhere. */
  double[] initial(PublicRandom random) {
    double[] values = new double[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = bound == 0 ? 0 : bound * (2 * random.nextUnit() - 1);
    }
    return values;
  }
}
