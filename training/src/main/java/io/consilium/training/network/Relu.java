package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Comparisons;
import java.util.List;
import java.util.Optional;

/**
 * max(x, 0). Its derivative, 0 where x is negative and else 1, is the bit that the forward pass has
 * found already.
 *
 * <p>Shape: any to the same. Rounds: 7 forward, and 2 where x has too many fraction bits; 2
 * backward.
 */
public record Relu() implements Layer {
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
    SecretTensor x =
        Comparisons.inDomain(b, pass.shortened(wide, Ranges.INPUT_BITS_MAX), Ranges.OF_SIGN);
    SecretBits negative = b.negative(x);
    return new Forward(negative, b.subtract(x, b.select(negative, x)));
  }

  private record Forward(SecretBits negative, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      if (!wantsError) {
        return new Derivatives(Optional.empty(), List.of());
      }
      Backend b = pass.backend();
      return new Derivatives(Optional.of(b.subtract(error, b.select(negative, error))), List.of());
    }
  }
}
