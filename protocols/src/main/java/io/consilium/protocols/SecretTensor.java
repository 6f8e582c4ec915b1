package io.consilium.protocols;

/**
 * A tensor of ring elements that no single party knows. It has no way to its values: opening goes
 * through {@link Backend#open} with a {@link Disclosure}.
 */
public interface SecretTensor {
  /** All that is public. */
  TensorType type();

  default Shape shape() {
    return type().shape();
  }

  default FixedPoint format() {
    return type().format();
  }

  default ValueRange range() {
    return type().range();
  }

  /** The number of elements. */
  default int size() {
    return type().size();
  }
}
