package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Softmax;

/**
 * -log softmax(z)_label. Labels are rows of integers with a single 1. The derivative by the logits
 * is softmax(z) - label.
 *
 * <p>Rounds: those of {@link Softmax}, 35 for 10 classes; it takes the product that made the logits
 * as it is.
 */
public record SoftmaxCrossEntropy() implements Loss {
  @Override
  public Shape label(Shape output) {
    if (output.rank() != 1 || output.size() < 2) {
      throw new IllegalArgumentException("softmax takes two or more logits, not " + output);
    }
    return output;
  }

  @Override
  public FixedPoint labelFormat() {
    return FixedPoint.INTEGER;
  }

  @Override
  public SecretTensor error(Pass pass, SecretTensor output, SecretTensor labels) {
    Backend b = pass.backend();
    SecretTensor probabilities = prediction(pass, output);
    return b.subtract(probabilities, b.widen(labels, probabilities.format().fractionBits()));
  }

  @Override
  public SecretTensor prediction(Pass pass, SecretTensor output) {
    return Softmax.of(pass.backend(), output);
  }
}
