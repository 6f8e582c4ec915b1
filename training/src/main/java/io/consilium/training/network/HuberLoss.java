package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Clip;
import io.consilium.protocols.functions.Comparisons;
import java.util.List;

/**
 * Half the square of r = z - y where |r| is at most the bound, and bound (|r| - bound / 2) beyond.
 * The derivative is r, cut off at the bound. Labels have 16 fraction bits.
 *
 * <p>Rounds: 9. Huber, 1964.
 */
public record HuberLoss(double bound) implements Loss {
  public HuberLoss {
    if (!(bound > 0 && bound < 256)) {
      throw new IllegalArgumentException("a bound of " + bound);
    }
  }

  @Override
  public Shape label(Shape output) {
    return output;
  }

  @Override
  public FixedPoint labelFormat() {
    return Ranges.DEFAULT;
  }

  @Override
  public SecretTensor error(Pass pass, SecretTensor output, SecretTensor labels) {
    Backend b = pass.backend();
    SecretTensor rest = b.subtract(pass.inDefaultFormat(output), labels);
    long code = Ranges.DEFAULT.encode(bound);
    ValueRange range = new ValueRange(Ranges.OF_SIGN.codeMax() - code);
    SecretTensor inRange = Comparisons.inDomain(b, rest, range);
    return Clip.of(b, List.of(inRange), new long[] {code}).getFirst();
  }

  @Override
  public SecretTensor prediction(Pass pass, SecretTensor output) {
    return pass.inDefaultFormat(output);
  }
}
