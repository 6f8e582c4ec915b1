package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/** The values of a row as a vector: [n, ...] to [n, size]. Local. */
public record Flatten() implements Layer {
  @Override
  public Shape output(Shape input) {
    return Shape.vector(input.size());
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return List.of();
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Shape flat = Shape.matrix(x.shape().rows(), x.shape().columns());
    return new Forward(x.shape(), pass.backend().reshape(x, flat));
  }

  private record Forward(Shape input, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      return new Derivatives(Optional.of(pass.backend().reshape(error, input)), List.of());
    }
  }
}
