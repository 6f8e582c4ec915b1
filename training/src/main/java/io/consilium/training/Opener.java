package io.consilium.training;

import io.consilium.protocols.SecretTensor;

/** How the program opens a value: under its disclosure, or in a plan only as a cost. */
@FunctionalInterface
interface Opener {
  long[] open(ReleasedValue value, SecretTensor x);
}
