package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;

/**
 * 1 / (1 + exp(-x)), within 5e-4. The derivative is y (1 - y).
 *
 * <p>Shape: any to the same. Rounds: 18 forward, of which 1 is for the derivative; 1 backward, and
 * 2 where the error has many fraction bits.
 */
public record Sigmoid() implements Layer {
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
    SecretTensor y =
        io.consilium.protocols.functions.Sigmoid.approximate(
            b, Converted.to(b, x, io.consilium.protocols.functions.Sigmoid.INPUT));
    if (!pass.isTraining()) {
      return new Smooth(new Kept(y), y);
    }
    SecretTensor slope = b.subtract(b.widen(y, y.format().fractionBits()), b.multiply(y, y));
    return new Smooth(pass.keep(slope), y);
  }
}
