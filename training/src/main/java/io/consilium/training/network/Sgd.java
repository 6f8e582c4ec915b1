package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient descent with momentum and L2: v = mu v - rate (g / rows + l2 w), w = w + v.
 *
 * <p>The summands are multiplied by public integers to have a common unit, 2^-(16 + m), and their
 * sum is truncated by m bits: rate, division, momentum and L2 cost nothing else. m is as small as
 * the rate allows, since a truncation sends 4m bits: the integer of the gradient is at least
 * {@value #INTEGER_MIN}, so the rate is right to one in twice as many.
 *
 * <p>Rounds: 2 for all parameters. |v| stays below 2^(45 - m), which is at least 2.
 */
public record Sgd(double learningRate, double momentum, double l2, int batchRows)
    implements Optimiser {
  private static final int INTEGER_MIN = 512;
  private static final int BITS_MAX = 44;

  public Sgd {
    if (!(learningRate > 0) || !(momentum >= 0 && momentum < 1) || !(l2 >= 0) || batchRows < 1) {
      throw new IllegalArgumentException(
          "rate %s, momentum %s, L2 %s, %d rows".formatted(learningRate, momentum, l2, batchRows));
    }
  }

  @Override
  public List<List<SecretTensor>> initialMemory(Backend b, List<Parameter> parameters) {
    List<SecretTensor> velocity = new ArrayList<>();
    for (Parameter parameter : parameters) {
      velocity.add(
          b.constant(parameter.shape(), Ranges.DEFAULT, new long[parameter.shape().size()]));
    }
    return List.of(velocity);
  }

  @Override
  public NetworkState update(
      Backend b,
      List<Parameter> parameters,
      NetworkState state,
      List<SecretTensor> gradients,
      int rows,
      double rate) {
    List<SecretTensor> sums = new ArrayList<>();
    int[] bits = new int[parameters.size()];
    for (int i = 0; i < bits.length; i++) {
      SecretTensor velocity = state.memory().getFirst().get(i);
      SecretTensor weights = state.parameters().get(i);
      bits[i] = bits(gradients.get(i).format());
      double decay = parameters.get(i).decays() ? l2 : 0;
      sums.add(sum(b, velocity, weights, gradients.get(i), bits[i], rate / rows, rate * decay));
    }
    List<SecretTensor> velocities = b.truncate(sums, bits);
    List<SecretTensor> moved = new ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      moved.add(b.add(state.parameters().get(i), velocities.get(i)));
    }
    return new NetworkState(moved, List.of(velocities));
  }

  private SecretTensor sum(
      Backend b,
      SecretTensor velocity,
      SecretTensor weights,
      SecretTensor gradient,
      int bits,
      double ofGradient,
      double ofWeights) {
    FixedPoint unit = Ranges.DEFAULT.plus(bits);
    int shift = unit.fractionBits() - gradient.format().fractionBits();
    SecretTensor sum =
        b.add(
            scaled(b, velocity, Math.scalb(momentum, bits), unit),
            scaled(b, gradient, -Math.scalb(ofGradient, shift), unit));
    return ofWeights == 0
        ? sum
        : b.add(sum, scaled(b, weights, -Math.scalb(ofWeights, bits), unit));
  }

  private static SecretTensor scaled(Backend b, SecretTensor x, double factor, FixedPoint unit) {
    return b.reinterpret(b.multiply(x, Math.round(factor)), unit);
  }

  /** The fewest bits with which the rate is an integer of some size. */
  int bits(FixedPoint gradient) {
    int least = Math.getExponent(INTEGER_MIN * batchRows / learningRate) + 1;
    int bits = least + gradient.fractionBits() - Ranges.DEFAULT.fractionBits();
    if (bits > BITS_MAX) {
      throw new IllegalArgumentException(
          "a rate of %s with batches of %d rows is too small".formatted(learningRate, batchRows));
    }
    return Math.max(1, bits);
  }
}
