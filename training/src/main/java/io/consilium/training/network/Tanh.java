package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * tanh x = 2 sigmoid(2 x) - 1, within 1e-3. The derivative is 1 - y^2.
 *
 * <p>Shape: any to the same. Rounds: as {@link Sigmoid}.
 */
public record Tanh() implements Layer {
  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return List.of();
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Backend b = pass.backend();
    SecretTensor twice =
        Converted.to(b, b.multiply(x, 2), io.consilium.protocols.functions.Sigmoid.INPUT);
    SecretTensor sigmoid = io.consilium.protocols.functions.Sigmoid.approximate(b, twice);
    SecretTensor y = b.addReal(b.multiply(sigmoid, 2), -1);
    if (!pass.isTraining()) {
      return new Smooth(new Kept(y), y);
    }
    SecretTensor slope = b.addReal(b.negate(b.multiply(y, y)), 1);
    return new Smooth(pass.keep(slope), y);
  }
}
