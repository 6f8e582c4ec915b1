package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretProduct;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ring.ConvolutionGeometry;
import java.util.List;
import java.util.Optional;

/**
 * A convolution in one, two or three dimensions with a bias for every filter.
 *
 * <p>Shape: [n, channels, spatial...] to [n, filters, spatial...]. Rounds: 1 forward, 1 backward,
 * and 2 each where the operand has too many fraction bits. Bytes: 24 per element of the output, and
 * of the input backward.
 *
 * @param groups channels and filters fall into so many groups that have nothing to do with each
 *     other; 1 for an ordinary convolution
 */
public record Conv(int filters, Window window, int groups, Initialisation initialisation)
    implements Layer {
  public Conv {
    if (filters < 1 || groups < 1) {
      throw new IllegalArgumentException(
          "a convolution of %d filters in %d groups".formatted(filters, groups));
    }
  }

  private ConvolutionGeometry geometry(int batch, Shape input) {
    return window.geometry(batch, input, filters, groups);
  }

  @Override
  public Shape output(Shape input) {
    List<Integer> dimensions = geometry(1, input).outputShape();
    return new Shape(dimensions.subList(1, dimensions.size()));
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    ConvolutionGeometry geometry = geometry(1, input);
    int taps = geometry.kernelVolume();
    int fanIn = geometry.inputChannels() / groups * taps;
    double bound = initialisation.bound(fanIn, filters / groups * taps);
    return List.of(
        new Parameter("weights", new Shape(geometry.weightShape()), bound, true),
        new Parameter("bias", Shape.vector(filters), 0, false));
  }

  @Override
  public Applied forward(Pass pass, SecretTensor x, List<SecretTensor> parameters) {
    Backend b = pass.backend();
    SecretTensor weights = parameters.get(0);
    SecretTensor input = pass.shortened(x, Ranges.INPUT_BITS_MAX);
    ConvolutionGeometry geometry = geometry(x.shape().rows(), Pass.rowShape(x));
    SecretTensor product = b.product(new SecretProduct.Convolution(geometry, weights, input));
    SecretTensor bias = b.widen(parameters.get(1), input.format().fractionBits());
    SecretTensor output = b.add(product, Channels.spread(b, bias, product.shape()));
    return new Forward(geometry, weights, pass.keep(input), output);
  }

  private record Forward(
      ConvolutionGeometry geometry, SecretTensor weights, Kept input, SecretTensor output)
      implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor wide, boolean wantsError) {
      SecretTensor error = wantsError ? pass.shortened(wide, Ranges.ERROR_BITS_MAX) : wide;
      Kept kept = pass.keep(error);
      return new Derivatives(
          wantsError
              ? Optional.of(
                  pass.backend().product(new SecretProduct.InputGradient(geometry, weights, error)))
              : Optional.empty(),
          List.of(
              new ParameterGradient.OfConvolution(geometry, input, kept),
              new ParameterGradient.OfChannels(kept)));
    }
  }
}
