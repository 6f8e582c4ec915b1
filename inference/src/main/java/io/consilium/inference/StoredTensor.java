package io.consilium.inference;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.SharePair;

/**
 * A party's shares of one tensor of a model.
 *
 * @param name what the tensor is, such as {@code weights}; public
 */
public record StoredTensor(String name, Shape shape, FixedPoint format, SharePair shares) {
  public StoredTensor {
    if (shares.size() != shape.size()) {
      throw new IllegalArgumentException(
          "tensor " + name + " of shape " + shape + " has " + shares.size() + " shares");
    }
  }

  @Override
  public String toString() {
    return "StoredTensor[" + name + " " + shape + " ***]";
  }
}
