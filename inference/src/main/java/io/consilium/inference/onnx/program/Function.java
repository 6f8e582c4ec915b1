package io.consilium.inference.onnx.program;

import io.consilium.protocols.SecretTensor;

/** A function of one number, applied to every element. */
public interface Function {
  /** Its value. */
  double at(double x);

  /**
   * What its values lie in.
   *
   * @throws ModelRefused if it has none for some of the arguments
   */
  Interval range(Interval x);

  /** Its values on shares; the step makes a result of them. */
  SecretTensor of(Step step);

  /** With how many fraction bits it takes its argument at most. */
  default int fractionBitsMax() {
    return Integer.MAX_VALUE;
  }

  /** Whether its error is relative, so that small values have as many digits as large ones. */
  default boolean isRelative() {
    return false;
  }

  /** Whether its values are probabilities or the like: from 0 or -1 to 1. */
  default boolean isBounded() {
    return false;
  }

  /** Whether its values at plus and minus infinity are finite where it is asked for them. */
  default boolean hasLimits() {
    return false;
  }

  /** What its arguments have to lie in. */
  default Interval domain() {
    return Interval.ALL;
  }

  /** Whether the values lie as closely as the range says; not where they may be very large. */
  boolean hasTightRange();

  /** What it is called in a plan. */
  String title();
}
