package io.consilium.protocols.functions;

import io.consilium.protocols.Backend;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;

/** Cross-entropy row by row, from logits and shared labels, with 16 fraction bits. */
public final class LogLoss {
  private static final double BOUND = 8;

  /** log(1 + exp(-t)) on [0, 8) in u = t/4 - 1; largest error 3.7e-4. */
  private static final ChebyshevSeries TAIL =
      ChebyshevSeries.of(t -> Math.log1p(Math.exp(-t)), 0, BOUND);

  private LogLoss() {}

  /**
   * log(1 + exp(z)) - y z = max(z, 0) - y z + tail(|z|), where the tail is 0 from 8 on.
   *
   * <p>Domain: logits in the format {@link Sigmoid#INPUT}, labels integers 0 and 1. Largest error:
   * 7e-4. Rounds: 16.
   */
  public static SecretTensor binary(Backend b, SecretTensor z, SecretTensor y) {
    SignAndMagnitude parts = SignAndMagnitude.of(b, z, BOUND);
    SecretTensor tail = TAIL.at(b, Sigmoid.unitInterval(b, parts.magnitude()));
    SecretTensor inside = b.multiply(parts.inside(), tail);
    // max(z, 0) - y z = (1 - neg - y) z
    SecretTensor linear = b.multiply(b.subtract(parts.notNegative(), y), z);
    int more = ChebyshevSeries.OUTPUT.fractionBits() - Sigmoid.INPUT.fractionBits();
    SecretTensor sum = b.add(inside, b.widen(linear, more));
    return b.truncate(sum, ChebyshevSeries.OUTPUT.fractionBits() - Sigmoid.OUTPUT.fractionBits());
  }

  /**
   * log(sum exp(z_k)) - z_y for one-hot integer labels.
   *
   * <p>Domain: as {@link Softmax}. Shape: [n, k] and [n, k] to [n]. Largest error: 4e-4.
   */
  public static SecretTensor categorical(Backend b, SecretTensor logits, SecretTensor oneHot) {
    Softmax.Parts parts = Softmax.parts(b, logits);
    SecretTensor logOfSum = Logarithm.of(b, parts.sums());
    SecretTensor chosen = b.dotRows(b.transpose(oneHot), b.transpose(parts.shifted()));
    return b.subtract(logOfSum, b.reshape(chosen, Shape.vector(logits.shape().rows())));
  }
}
