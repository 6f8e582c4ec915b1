package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Relu;
import io.consilium.protocols.functions.RootQuotient;
import io.consilium.training.DeclaredRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Adam, and AMSGrad: with the mean gradient g, its L2 term included, in step t
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g
 * v = beta2 v + (1 - beta2) g^2,   largest = max(largest, v)
 * w = w - rate sqrt(1 - beta2^t) / (1 - beta1^t)  m / sqrt(v + epsilon^2)
 * </pre>
 *
 * AMSGrad takes the largest v so far instead of v. Kingma and Ba, ICLR 2015, in the order of
 * operations that ends section 2: the corrections of the bias are public and part of the rate, and
 * epsilon is theirs with a hat. It is under the root here, which changes a step by less than half.
 * Reddi et al., ICLR 2018, with the same correction.
 *
 * <p>Second moments are small: g has {@value #GRADIENT_BITS} fraction bits, v all {@value
 * #SECOND_BITS} of its square, m {@value #FIRST_BITS}. They are sums of products with 1 - beta as
 * {@link Decay} represents it, truncated without a bias. The noise that this leaves in v is some
 * ten units, and epsilon is large enough to keep v positive.
 *
 * <p>Rounds: 34 for all parameters together, AMSGrad 42. Bytes per element: about 640, AMSGrad 715.
 * Mean gradients stay below {@value #GRADIENT_MAX}.
 *
 * @param learningRate the largest rate of a step
 * @param epsilon what a gradient has to be larger than to count
 */
public record Adam(
    double learningRate, double beta1, double beta2, double epsilon, double l2, boolean amsgrad)
    implements Optimiser {
  public static final double BETA1_DEFAULT = 0.9;
  public static final double BETA2_DEFAULT = 0.999;
  public static final double BETA2_MAX = 0.9999;
  public static final double EPSILON_DEFAULT = 1e-4;

  /** Its square is 137 units of second moments. */
  public static final double EPSILON_MIN = 1.1e-5;

  public static final double RATE_MIN = 1e-6;

  /** Its square is below 2^(width of second moments - their fraction bits). */
  public static final int GRADIENT_MAX = 128;

  private static final int GRADIENT_BITS = 20;
  private static final int SECOND_BITS = 2 * GRADIENT_BITS;
  private static final int FIRST_BITS = 24;
  private static final FixedPoint FIRST = new FixedPoint(FIRST_BITS);
  private static final FixedPoint SECOND = new FixedPoint(SECOND_BITS);

  /** Bits of a second moment. */
  private static final int WIDTH = 54;

  private static final ValueRange SECOND_RANGE = new ValueRange((1L << WIDTH) - 1);

  /** What an L2 term is multiplied by has so many bits more than a parameter. */
  private static final int L2_BITS = 22;

  /** The division by the rows may be off by one in so many. */
  private static final int ROWS_PRECISION = 512;

  /** Codes before the last truncation. */
  private static final int SUM_BITS = 60;

  public Adam {
    if (!(learningRate >= RATE_MIN)
        || !(beta1 >= 0 && beta1 <= beta2)
        || !(beta2 <= BETA2_MAX)
        || !(epsilon >= EPSILON_MIN && epsilon < GRADIENT_MAX)
        || !(l2 >= 0)) {
      throw new IllegalArgumentException(
          "rate %s, beta1 %s, beta2 %s, epsilon %s, L2 %s"
              .formatted(learningRate, beta1, beta2, epsilon, l2));
    }
  }

  /** Beta1 and beta2 as they are represented. */
  public double[] representedBetas() {
    return new double[] {Decay.of(beta1).beta(), Decay.of(beta2).beta()};
  }

  /** What the rate of a step is multiplied by, steps from 1 on. */
  public double correction(long step) {
    double[] beta = representedBetas();
    double t = (double) step;
    return StrictMath.sqrt(1 - StrictMath.pow(beta[1], t)) / (1 - StrictMath.pow(beta[0], t));
  }

  @Override
  public List<List<SecretTensor>> initialMemory(Backend b, List<Parameter> parameters) {
    List<List<SecretTensor>> memory = new ArrayList<>();
    memory.add(zeros(b, parameters, FIRST));
    memory.add(zeros(b, parameters, SECOND));
    if (amsgrad) {
      memory.add(zeros(b, parameters, SECOND));
    }
    return memory;
  }

  private static List<SecretTensor> zeros(
      Backend b, List<Parameter> parameters, FixedPoint format) {
    return parameters.stream()
        .map(p -> b.constant(p.shape(), format, new long[p.shape().size()]))
        .toList();
  }

  @Override
  public NetworkState update(
      Backend b,
      List<Parameter> parameters,
      NetworkState state,
      List<SecretTensor> gradients,
      int rows,
      double rate) {
    Together together = new Together(b, state.parameters());
    SecretTensor g = together.flat(meanGradients(b, parameters, state, gradients, rows));
    List<SecretTensor> memory = state.memory().stream().map(together::flat).toList();
    List<SecretTensor> moved = moments(b, memory, g);
    SecretTensor second = moved.get(1);
    List<SecretTensor> kept = new ArrayList<>(moved);
    if (amsgrad) {
      SecretTensor before = b.within(memory.get(2), SECOND_RANGE);
      second = Relu.maximum(b, before, b.within(second, SECOND_RANGE));
      kept.add(second);
    }
    SecretTensor root = b.addReal(second, epsilon * epsilon);
    SecretTensor direction = RootQuotient.of(b, moved.getFirst(), root, WIDTH);
    SecretTensor moves = scaled(b, direction, rate * correction(state.steps() + 1));
    List<SecretTensor> next = new ArrayList<>();
    List<SecretTensor> changes = together.apart(moves);
    for (int i = 0; i < changes.size(); i++) {
      next.add(b.add(state.parameters().get(i), changes.get(i)));
    }
    return new NetworkState(next, kept.stream().map(together::apart).toList(), state.steps() + 1);
  }

  /** Rounds: 2. */
  private List<SecretTensor> meanGradients(
      Backend b,
      List<Parameter> parameters,
      NetworkState state,
      List<SecretTensor> gradients,
      int rows) {
    OneOver share = OneOver.of(rows, ROWS_PRECISION);
    List<SecretTensor> sums = new ArrayList<>();
    int[] excess = new int[gradients.size()];
    for (int i = 0; i < excess.length; i++) {
      boolean decays = l2 > 0 && parameters.get(i).decays();
      SecretTensor weights = state.parameters().get(i);
      SecretTensor gradient = gradients.get(i);
      int own = gradient.format().fractionBits() + share.bits();
      int least = decays ? Ranges.DEFAULT.fractionBits() + L2_BITS : GRADIENT_BITS + 1;
      FixedPoint unit = new FixedPoint(Math.max(own, least));
      long factor = share.code() << unit.fractionBits() - own;
      SecretTensor sum = b.reinterpret(b.multiply(gradient, factor), unit);
      if (decays) {
        int bits = unit.fractionBits() - Ranges.DEFAULT.fractionBits();
        long code = Math.round(Math.scalb(l2, bits));
        sum = b.add(sum, b.reinterpret(b.multiply(weights, code), unit));
      }
      sums.add(sum);
      excess[i] = unit.fractionBits() - GRADIENT_BITS;
    }
    return b.truncate(sums, excess);
  }

  /** The next m and v. Rounds: 3. */
  private List<SecretTensor> moments(Backend b, List<SecretTensor> memory, SecretTensor g) {
    List<SecretTensor> seen = List.of(b.widen(g, FIRST_BITS - GRADIENT_BITS), b.multiply(g, g));
    List<Decay> decays = List.of(Decay.of(beta1), Decay.of(beta2));
    List<SecretTensor> changes = new ArrayList<>();
    int[] bits = new int[seen.size()];
    for (int i = 0; i < bits.length; i++) {
      Decay decay = decays.get(i);
      SecretTensor difference = b.subtract(seen.get(i), memory.get(i));
      FixedPoint unit = difference.format().plus(decay.bits());
      changes.add(b.reinterpret(b.multiply(difference, decay.code()), unit));
      bits[i] = decay.bits();
    }
    List<SecretTensor> shortened = b.truncate(changes, bits);
    List<SecretTensor> next = new ArrayList<>();
    for (int i = 0; i < bits.length; i++) {
      next.add(b.add(memory.get(i), shortened.get(i)));
    }
    return next;
  }

  /** The direction times minus the rate, in the format of parameters. Rounds: 2. */
  private SecretTensor scaled(Backend b, SecretTensor direction, double rate) {
    int rateBits = rateBits(direction.format());
    SecretTensor product = b.multiply(direction, -Math.round(Math.scalb(rate, rateBits)));
    int excess = direction.format().fractionBits() + rateBits - Ranges.DEFAULT.fractionBits();
    // More fraction bits than a format has: the codes are those of the move all the same.
    SecretTensor codes = b.reinterpret(product, new FixedPoint(excess));
    return b.reinterpret(b.truncate(codes, excess), Ranges.DEFAULT);
  }

  /** The largest integer for the rate with which no code reaches the end of the ring. */
  private int rateBits(FixedPoint direction) {
    int room = SUM_BITS - direction.fractionBits() - Math.getExponent(largestDirection()) - 2;
    return room - Math.getExponent(learningRate) - 1;
  }

  /**
   * The largest |m| / sqrt(v), by Cauchy and Schwarz on the two sums over all steps, corrected:
   * sudden gradients after many of zero, or the first step.
   */
  private double largestDirection() {
    double[] beta = representedBetas();
    double own = 1 - beta[0];
    double ratio = beta[0] * beta[0] / beta[1];
    double late = own / Math.sqrt((1 - beta[1]) * (1 - ratio));
    return late * Math.max(1, correction(1));
  }

  @Override
  public List<DeclaredRange> ranges() {
    return List.of(new DeclaredRange("mean gradients of Adam", GRADIENT_BITS, GRADIENT_MAX));
  }

  /** All parameters as one vector: one comparison, one root. Local. */
  private record Together(Backend b, List<SecretTensor> shapes) {
    SecretTensor flat(List<SecretTensor> tensors) {
      return b.concatenate(
          tensors.stream().map(x -> b.reshape(x, Shape.vector(x.size()))).toList());
    }

    List<SecretTensor> apart(SecretTensor flat) {
      List<SecretTensor> parts = new ArrayList<>();
      int at = 0;
      for (SecretTensor shape : shapes) {
        int end = at + shape.size();
        parts.add(b.reshape(b.rowRange(flat, at, end), shape.shape()));
        at = end;
      }
      return parts;
    }
  }
}
