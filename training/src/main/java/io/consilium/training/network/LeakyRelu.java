package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretBits;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Comparisons;
import java.util.List;
import java.util.Optional;

/**
 * x, and slope x where x is negative. The derivative takes the bit of the forward pass.
 *
 * <p>Shape: any to the same. Rounds: 7 forward, 2 backward, and 2 each where the operand has too
 * many fraction bits. The slope adds 10 fraction bits and is rounded to them.
 */
public record LeakyRelu(double slope) implements Layer {
  private static final FixedPoint SLOPE = new FixedPoint(10);

  public LeakyRelu {
    if (!(slope >= 0 && slope < 1)) {
      throw new IllegalArgumentException("a slope of " + slope);
    }
  }

  /** The slope as it is represented. */
  public double roundedSlope() {
    return SLOPE.decode(SLOPE.encode(slope));
  }

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
    long loss = SLOPE.encode(1) - SLOPE.encode(slope);
    return new Forward(negative, loss, scaled(b, negative, loss, x));
  }

  /** x - loss * [x < 0] x for the code of 1 - slope. */
  private static SecretTensor scaled(Backend b, SecretBits negative, long loss, SecretTensor x) {
    SecretTensor lost = b.multiply(b.select(negative, x), loss);
    return b.subtract(
        b.widen(x, SLOPE.fractionBits()), b.reinterpret(lost, x.format().times(SLOPE)));
  }

  private record Forward(SecretBits negative, long loss, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      if (!wantsError) {
        return new Derivatives(Optional.empty(), List.of());
      }
      SecretTensor e = pass.shortened(error, Ranges.ERROR_BITS_MAX);
      return new Derivatives(Optional.of(scaled(pass.backend(), negative, loss, e)), List.of());
    }
  }
}
