package io.consilium.protocols.rep3;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.TensorType;

/**
 * A party's two of the three additive shares of a tensor: party i holds {@code own} = x_i and
 * {@code next} = x_(i+1), with x = x_0 + x_1 + x_2 mod 2^64.
 */
final class ReplicatedTensor extends ReplicatedShares implements SecretTensor {
  private final TensorType type;

  ReplicatedTensor(TensorType type, long[] own, long[] next) {
    super(own, next);
    if (own.length != type.size() || next.length != type.size()) {
      throw new IllegalArgumentException("shares do not fit the shape " + type.shape());
    }
    this.type = type;
  }

  /** Without a declared range. */
  ReplicatedTensor(Shape shape, FixedPoint format, long[] own, long[] next) {
    this(TensorType.of(shape, format), own, next);
  }

  static ReplicatedTensor of(SecretTensor x) {
    ReplicatedTensor tensor = (ReplicatedTensor) x;
    tensor.requireLive();
    return tensor;
  }

  /** Other shares of the same type. */
  ReplicatedTensor with(long[] newOwn, long[] newNext) {
    return new ReplicatedTensor(type, newOwn, newNext);
  }

  /** The same shares as a tensor of another type. */
  ReplicatedTensor as(TensorType other) {
    return new ReplicatedTensor(other, own, next);
  }

  @Override
  public TensorType type() {
    return type;
  }

  @Override
  public String toString() {
    return "ReplicatedTensor" + type;
  }
}
