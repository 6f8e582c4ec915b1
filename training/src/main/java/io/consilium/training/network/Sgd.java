package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient descent with momentum and L2: v = mu v - d, w = w + v, with d = rate (g / rows + l2 w).
 *
 * <p>After Nesterov (Sutskever et al., ICML 2013) it is w = w + mu v - d with the new v, that is
 * mu^2 of the old v less 1 + mu times d.
 *
 * <p>The summands are multiplied by public integers to have a common unit, 2^-(16 + m), and their
 * sum is truncated by m bits: rate, division, momentum and L2 cost nothing else. m is as small as
 * the rate allows, since a truncation sends 4m bits: the integer of the gradient is at least
 * {@value #INTEGER_MIN}, so the rate is right to one in twice as many.
 *
 * <p>Rounds: 2 for all parameters; Nesterov's sends twice the bytes. |v| stays below 2^(45 - m),
 * which is at least 2.
 */
public record Sgd(double learningRate, double momentum, double l2, int batchRows, boolean nesterov)
    implements Optimiser {
  private static final int INTEGER_MIN = 512;
  private static final int BITS_MAX = 44;

  public Sgd {
    if (!(learningRate > 0) || !(momentum >= 0 && momentum < 1) || !(l2 >= 0) || batchRows < 1) {
      throw new IllegalArgumentException(
          "rate %s, momentum %s, L2 %s, %d rows".formatted(learningRate, momentum, l2, batchRows));
    }
  }

  /** Without Nesterov's look ahead. */
  public Sgd(double learningRate, double momentum, double l2, int batchRows) {
    this(learningRate, momentum, l2, batchRows, false);
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
    int count = parameters.size();
    List<SecretTensor> sums = new ArrayList<>();
    int[] bits = new int[nesterov ? 2 * count : count];
    for (int i = 0; i < bits.length; i++) {
      int p = i % count;
      bits[i] = bits(gradients.get(p).format());
      double decay = parameters.get(p).decays() ? l2 : 0;
      double ahead = i < count ? 1 : 1 + momentum;
      Factors factors =
          new Factors(
              i < count ? momentum : momentum * momentum,
              ahead * rate / rows,
              ahead * rate * decay);
      SecretTensor velocity = state.memory().getFirst().get(p);
      sums.add(sum(b, velocity, state.parameters().get(p), gradients.get(p), bits[i], factors));
    }
    List<SecretTensor> moves = b.truncate(sums, bits);
    List<SecretTensor> moved = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      moved.add(b.add(state.parameters().get(i), moves.get(bits.length - count + i)));
    }
    return new NetworkState(moved, List.of(moves.subList(0, count)), state.steps() + 1);
  }

  /** What velocity, gradient and weights are multiplied by. */
  private record Factors(double velocity, double gradient, double weights) {}

  private static SecretTensor sum(
      Backend b,
      SecretTensor velocity,
      SecretTensor weights,
      SecretTensor gradient,
      int bits,
      Factors factors) {
    FixedPoint unit = Ranges.DEFAULT.plus(bits);
    int shift = unit.fractionBits() - gradient.format().fractionBits();
    SecretTensor sum =
        b.add(
            scaled(b, velocity, Math.scalb(factors.velocity(), bits), unit),
            scaled(b, gradient, -Math.scalb(factors.gradient(), shift), unit));
    return factors.weights() == 0
        ? sum
        : b.add(sum, scaled(b, weights, -Math.scalb(factors.weights(), bits), unit));
  }

  private static SecretTensor scaled(Backend b, SecretTensor x, double factor, FixedPoint unit) {
    return b.reinterpret(b.multiply(x, Math.round(factor)), unit);
  }

  /** The fewest bits with which the rate is an integer of some size. */
  int bits(FixedPoint gradient) {
    int least = Math.getExponent(INTEGER_MIN * batchRows / learningRate) + 1;
    int bits = least + gradient.fractionBits() - Ranges.DEFAULT.fractionBits();
    if (bits > BITS_MAX) {
      double rateMin = Math.scalb((double) INTEGER_MIN * batchRows, bits - least - BITS_MAX);
      throw new RateTooSmallException(learningRate, batchRows, rateMin);
    }
    return Math.max(1, bits);
  }
}
