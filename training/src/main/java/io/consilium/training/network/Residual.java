package io.consilium.training.network;

import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import java.util.List;
import java.util.Optional;

/** x + f(x) for layers f that keep the shape. Rounds: those of f. He et al., CVPR 2016. */
public record Residual(List<Layer> layers) implements Layer {
  public Residual {
    layers = List.copyOf(layers);
  }

  @Override
  public Shape output(Shape input) {
    Shape output = new Chain(layers).output(input);
    if (!output.equals(input)) {
      throw new IllegalArgumentException("a residual makes " + output + " of " + input);
    }
    return output;
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    return new Chain(layers).parameters(input);
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Applied inner = new Chain(layers).forward(pass, x, parameters);
    return new Forward(inner, pass.sum(x, inner.output()));
  }

  private record Forward(Applied inner, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      Derivatives derivatives = inner.backward(pass, error, wantsError);
      Optional<SecretTensor> sum = derivatives.error().map(e -> pass.sum(error, e));
      return new Derivatives(wantsError ? sum : Optional.empty(), derivatives.gradients());
    }
  }
}
