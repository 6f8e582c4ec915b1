package io.consilium.protocols;

/**
 * A tensor of ring elements that no single party knows. It has no way to its values: opening goes
 * through {@link Backend#open} with a {@link Disclosure}.
 */
public interface SecretTensor {
  Shape shape();

  FixedPoint format();

  /** The number of elements. */
  default int size() {
    return shape().size();
  }
}
