package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A fully connected layer, y = x W + b.
 *
 * <p>Shape: [n, d] to [n, units]. Rounds: 1 forward, 1 backward, and 2 each where the operand has
 * too many fraction bits.
 */
public record Dense(int units, Initialisation initialisation) implements Layer {
  public Dense {
    if (units < 1) {
      throw new IllegalArgumentException("a layer of " + units + " units");
    }
  }

  @Override
  public Shape output(Shape input) {
    if (input.rank() != 1) {
      throw new IllegalArgumentException("a dense layer takes vectors, not " + input);
    }
    return Shape.vector(units);
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    int inputs = input.size();
    double bound = initialisation.bound(inputs, units);
    return List.of(
        new Parameter("weights", Shape.matrix(inputs, units), bound, true),
        new Parameter("bias", Shape.vector(units), 0, false));
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Backend b = pass.backend();
    SecretTensor weights = parameters.get(0);
    SecretTensor input = pass.shortened(x, Ranges.INPUT_BITS_MAX);
    SecretTensor product = b.matmul(input, false, weights, false);
    SecretTensor bias = b.widen(parameters.get(1), input.format().fractionBits());
    SecretTensor output = b.add(product, b.repeat(bias, input.shape().rows()));
    return new Forward(weights, pass.keep(input), output);
  }

  private record Forward(SecretTensor weights, Kept input, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor wide, boolean wantsError) {
      SecretTensor error = wantsError ? pass.shortened(wide, Ranges.ERROR_BITS_MAX) : wide;
      Kept kept = pass.keep(error);
      return new Derivatives(
          wantsError
              ? Optional.of(pass.backend().matmul(error, false, weights, true))
              : Optional.empty(),
          List.of(
              new ParameterGradient.OfProduct(input, kept), new ParameterGradient.OfRows(kept)));
    }
  }
}
