package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.PublicRandom;
import java.util.List;
import java.util.Optional;

/**
 * In training, 0 with a probability and else x / (1 - probability); otherwise x. Which values are
 * dropped is public and the same everywhere, from the seed and the number of the step. Srivastava
 * et al., JMLR 2014.
 *
 * <p>Local. A product with a public factor adds {@value #FACTOR_BITS} fraction bits, or none if the
 * factor is an integer, as it is for 1/2.
 */
public record Dropout(double probability, long seed) implements Layer {
  private static final int FACTOR_BITS = 8;

  public Dropout {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException("dropout with a probability of " + probability);
    }
  }

  /** 1 / (1 - probability), as it is represented. */
  public double factor() {
    return format().decode(format().encode(1 / (1 - probability)));
  }

  private FixedPoint format() {
    double exact = 1 / (1 - probability);
    return new FixedPoint(exact == Math.rint(exact) ? 0 : FACTOR_BITS);
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
    if (!pass.isTraining()) {
      return new Forward(new long[0], format(), wide);
    }
    SecretTensor x = pass.shortened(wide, Ranges.INPUT_BITS_MAX);
    long[] mask = new long[x.size()];
    PublicRandom random = pass.random(seed);
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextUnit() < probability ? 0 : format().encode(factor());
    }
    return new Forward(mask, format(), pass.backend().multiply(x, mask, format()));
  }

  /** The derivative is the mask again. */
  private record Forward(long[] mask, FixedPoint format, SecretTensor output) implements Applied {
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      Backend b = pass.backend();
      SecretTensor e = pass.shortened(error, Ranges.ERROR_BITS_MAX);
      return new Derivatives(Optional.of(b.multiply(e, mask, format)), List.of());
    }
  }
}
