package io.consilium.training.network;

import io.consilium.protocols.Shape;
import io.consilium.training.PublicRandom;

/**
 * A tensor that belongs to a model.
 *
 * @param centre initial values are uniform in [centre - bound, centre + bound]; they are public,
 *     from the seed of the job
 * @param decays whether L2 applies: to weights, not to biases
 * @param trained whether it follows its gradient; if not, it is a statistic, and its layer says
 *     what it becomes
 */
public record Parameter(
    String name, Shape shape, double centre, double bound, boolean decays, boolean trained) {
  /** What is trained, with initial values around 0. */
  public Parameter(String name, Shape shape, double bound, boolean decays) {
    this(name, shape, 0, bound, decays, true);
  }

  /** What is not trained, with equal initial values. */
  static Parameter statistic(String name, Shape shape, double initial) {
    return new Parameter(name, shape, initial, 0, false, false);
  }

  /** The same, named as one of a part of a network. */
  Parameter within(int part) {
    return new Parameter(part + "." + name, shape, centre, bound, decays, trained);
  }

  /** Values drawn one after the other; the same everywhere. */
  double[] initial(PublicRandom random) {
    double[] values = new double[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = bound == 0 ? centre : centre + bound * (2 * random.nextUnit() - 1);
    }
    return values;
  }
}
