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
 * <p>The velocity keeps {@value #GUARD_BITS} bits more than the weights, by a second truncation of
 * the sum in the same rounds. A truncation errs by about a unit at random; in a velocity that error
 * is felt for 1 / (1 - mu) steps, and with momentum 0.9 and units of 2^-16 the errors of some
 * thousand steps would walk weights away by a tenth of what they are at the start.
 *
 * <p>Rounds: 2 for all parameters. |v| stays below 2^(45 - m), which is at least 2.
 */
public record Sgd(double learningRate, double momentum, double l2, int batchRows, boolean nesterov)
    implements Optimiser {
  private static final int INTEGER_MIN = 512;
  private static final int BITS_MAX = 44;

  /** Fraction bits of the velocity beyond those of the weights. */
  private static final int GUARD_BITS = 8;

  /** So that the integer of the momentum, too, has some size. */
  private static final int BITS_MIN = GUARD_BITS + 10;

  private static final FixedPoint VELOCITY = Ranges.DEFAULT.plus(GUARD_BITS);

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
      velocity.add(b.constant(parameter.shape(), VELOCITY, new long[parameter.shape().size()]));
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
    int[] bits = new int[2 * count];
    for (int i = 0; i < bits.length; i++) {
      int p = i % count;
      boolean velocity = i < count;
      int full = bits(gradients.get(p).format());
      bits[i] = velocity ? full - GUARD_BITS : full;
      sums.add(
          velocity || nesterov
              ? sum(
                  b,
                  state,
                  p,
                  gradients.get(p),
                  full,
                  factors(parameters.get(p), rows, rate, !velocity))
              : sums.get(p));
    }
    List<SecretTensor> shortened = b.truncate(sums, bits);
    List<SecretTensor> moved = new ArrayList<>();
    for (int p = 0; p < count; p++) {
      moved.add(b.add(state.parameters().get(p), shortened.get(count + p)));
    }
    return new NetworkState(moved, List.of(shortened.subList(0, count)), state.steps() + 1);
  }

  /** Of the velocity, or of a move that looks ahead. */
  private Factors factors(Parameter parameter, int rows, double rate, boolean ahead) {
    double decay = parameter.decays() ? l2 : 0;
    double times = ahead ? 1 + momentum : 1;
    return new Factors(
        ahead ? momentum * momentum : momentum, times * rate / rows, times * rate * decay);
  }

  /** What velocity, gradient and weights are multiplied by. */
  private record Factors(double velocity, double gradient, double weights) {}

  private static SecretTensor sum(
      Backend b, NetworkState state, int p, SecretTensor gradient, int bits, Factors factors) {
    FixedPoint unit = Ranges.DEFAULT.plus(bits);
    int shift = unit.fractionBits() - gradient.format().fractionBits();
    SecretTensor velocity = state.memory().getFirst().get(p);
    SecretTensor sum =
        b.add(
            scaled(b, velocity, Math.scalb(factors.velocity(), bits - GUARD_BITS), unit),
            scaled(b, gradient, -Math.scalb(factors.gradient(), shift), unit));
    return factors.weights() == 0
        ? sum
        : b.add(
            sum, scaled(b, state.parameters().get(p), -Math.scalb(factors.weights(), bits), unit));
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
    return Math.max(BITS_MIN, bits);
  }
}
