package io.consilium.training.network;

import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/**
 * Half the sum of (z - y)^2 over the outputs of a row; the derivative is z - y. Labels have 16
 * fraction bits.
 *
 * <p>Rounds: 2.
 */
public record MeanSquaredError() implements Loss {
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
    return pass.backend().subtract(pass.inDefaultFormat(output), labels);
  }

  @Override
  public SecretTensor prediction(Pass pass, SecretTensor output) {
    return pass.inDefaultFormat(output);
  }
}
