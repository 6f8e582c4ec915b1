package io.consilium.protocols.rep3;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/**
 * A party's two of the three additive shares of a tensor: party i holds {@code own} = x_i and
 * {@code next} = x_(i+1), with x = x_0 + x_1 + x_2 mod 2^64. Never printed, compared or serialised.
 */
final class ReplicatedTensor implements SecretTensor {
  private final Shape shape;
  private final FixedPoint format;
  final long[] own;
  final long[] next;
  private boolean ended;

  ReplicatedTensor(Shape shape, FixedPoint format, long[] own, long[] next) {
    if (own.length != shape.size() || next.length != shape.size()) {
      throw new IllegalArgumentException("shares do not fit the shape " + shape);
    }
    this.shape = shape;
    this.format = format;
    this.own = own;
    this.next = next;
  }

  /**
   * The shares of a tensor.
   *
   * @throws IllegalStateException if its scope is over, when its arrays may hold something else
   */
  static ReplicatedTensor of(SecretTensor x) {
    ReplicatedTensor tensor = (ReplicatedTensor) x;
    if (tensor.ended) {
      throw new IllegalStateException(tensor + " is used after its scope has ended");
    }
    return tensor;
  }

  /** Nobody may use this tensor any more. */
  void end() {
    ended = true;
  }

  /** The same shape and format with other shares. */
  ReplicatedTensor with(long[] newOwn, long[] newNext) {
    return new ReplicatedTensor(shape, format, newOwn, newNext);
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public FixedPoint format() {
    return format;
  }

  @Override
  public String toString() {
    return "ReplicatedTensor" + shape + " with " + format.fractionBits() + " fraction bits";
  }
}
