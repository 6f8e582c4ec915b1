package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * x Phi(x), Phi the distribution function of the normal distribution, within 4e-4; the derivative
 * within 1.3e-3. Hendrycks and Gimpel, arXiv 1606.08415.
 *
 * <p>Shape: any to the same. Rounds: 15 forward, with the derivative, and 2 where x has many
 * fraction bits; 1 backward, and 2 where the error has many.
 */
public record Gelu() implements Layer {
  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return List.of();
  }

  @Override
  public Applied forward(Pass pass, SecretTensor wide, List<SecretTensor> parameters) {
    Backend b = pass.backend();
    SecretTensor x = Converted.to(b, wide, io.consilium.protocols.functions.Gelu.INPUT);
    if (!pass.isTraining()) {
      SecretTensor y = io.consilium.protocols.functions.Gelu.of(b, x);
      return new Smooth(new Kept(y), y);
    }
    io.consilium.protocols.functions.Gelu.WithSlope result =
        io.consilium.protocols.functions.Gelu.withSlope(b, x);
    return new Smooth(new Kept(result.slope()), result.value());
  }
}
