package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ColumnSums;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean of every channel: [n, channels, spatial...] to [n, channels]. Local, but for 2 rounds
 * where the operand has too many fraction bits; it adds fraction bits as {@link AveragePool} does.
 */
public record GlobalAveragePool() implements Layer {
  @Override
  public Shape output(Shape input) {
    if (input.rank() < 2) {
      throw new IllegalArgumentException("a mean of channels of places, not of " + input);
    }
    return Shape.vector(input.rows());
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return List.of();
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Shape row = Pass.rowShape(x);
    int plane = row.columns();
    ColumnSums all = ColumnSums.of(plane, List.of(IntStream.range(0, plane).toArray()));
    Shape pooled = Shape.matrix(x.shape().rows(), row.rows());
    return AveragePool.Mean.applied(pass, x, all, plane, pooled);
  }

  /** One over the elements of a channel, as it is represented. */
  public static double factor(Shape input) {
    return AveragePool.Mean.factor(input.columns());
  }
}
