package io.consilium.training.network;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.RootQuotient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * scale (x - mean) / sqrt(variance + epsilon) + shift for each feature of a vector, or each channel
 * of an image. Ioffe and Szegedy, ICML 2015, algorithms 1 and 2.
 *
 * <p>In training, mean and variance are those of the batch; outside of it, and in training if the
 * layer is frozen, they are running ones, of which a step keeps the part {@code momentum}. The
 * running statistics stay as secret as the rest of the model and are stored with it. So is one over
 * the root of the running variance: an answer of the model takes no root.
 *
 * <p>Shape: any of one dimension or more to the same. Rounds: 40 forward and 7 backward in
 * training, and 2 each where the operand has too many fraction bits; frozen 4 and 2; in scoring 4.
 * Bytes per element: 56 forward and 62 backward, and for each channel about 1,100.
 *
 * <p>The variance times the values of a channel stays below 2^29, the variance below 2^13.
 *
 * @param momentum from 0 and below 1
 * @param epsilon at least {@value #EPSILON_MIN}
 */
public record BatchNorm(double momentum, double epsilon, boolean frozen) implements Layer {
  public static final double MOMENTUM_DEFAULT = 0.9;
  public static final double EPSILON_DEFAULT = 1e-3;

  /** Some units of a running variance. */
  public static final double EPSILON_MIN = 1e-4;

  private static final FixedPoint F = Ranges.DEFAULT;

  /** The format of variances where their root is taken. */
  private static final FixedPoint VARIANCE = new FixedPoint(24);

  private static final int ROOT_WIDTH = 40;
  private static final FixedPoint ROOT_FACTOR = new FixedPoint(12);
  private static final int MEAN_PRECISION = 1 << 13;

  /** Part of the old and of the new in a running statistic. */
  private static final FixedPoint PART = new FixedPoint(12);

  public BatchNorm {
    if (!(momentum >= 0 && momentum < 1) || !(epsilon >= EPSILON_MIN && epsilon <= 1)) {
      throw new IllegalArgumentException(
          "batch normalisation with momentum %s and epsilon %s".formatted(momentum, epsilon));
    }
  }

  /** The part of a running statistic that a step replaces, as it is represented. */
  public double replaced() {
    return PART.decode(PART.encode(1 - momentum));
  }

  @Override
  public Shape output(Shape input) {
    if (input.rank() == 0) {
      throw new IllegalArgumentException("nothing to normalise");
    }
    return input;
  }

  @Override
  public List<Parameter> parameters(Shape input) {
    Shape shape = Shape.vector(Channels.count(input));
    return List.of(
        new Parameter("scale", shape, 1, 0, false, true),
        new Parameter("shift", shape, 0, false),
        Parameter.statistic("mean", shape, 0),
        Parameter.statistic("variance", shape, 1),
        Parameter.statistic("inverseDeviation", shape, 1 / Math.sqrt(1 + epsilon)));
  }

  @Override
  public Applied forward(Pass pass, SecretTensor wide, List<SecretTensor> parameters) {
    SecretTensor x = pass.inDefaultFormat(wide);
    Trained trained = new Trained(parameters.get(0), parameters.get(1));
    Running running = new Running(parameters.get(2), parameters.get(3), parameters.get(4));
    Backend b = pass.backend();
    if (!pass.isTraining()) {
      return scored(b, x, trained, running);
    }
    if (frozen) {
      SecretTensor centred = b.subtract(x, Channels.spread(b, running.mean(), x.shape()));
      return normalised(b, centred, trained, running.inverseDeviation(), running);
    }
    return normalisedByBatch(b, x, trained, running);
  }

  private record Trained(SecretTensor scale, SecretTensor shift) {}

  private record Running(SecretTensor mean, SecretTensor variance, SecretTensor inverseDeviation) {}

  /** Scale and deviation are one factor. Rounds: 4. */
  private Applied scored(Backend b, SecretTensor x, Trained trained, Running running) {
    SecretTensor factor =
        b.truncate(b.multiply(trained.scale(), running.inverseDeviation()), F.fractionBits());
    SecretTensor centred = b.subtract(x, Channels.spread(b, running.mean(), x.shape()));
    SecretTensor scaled = b.multiply(centred, Channels.spread(b, factor, x.shape()));
    return new Forward(this, x, factor, running, shifted(b, scaled, trained));
  }

  private static SecretTensor shifted(Backend b, SecretTensor scaled, Trained trained) {
    SecretTensor shift = Channels.spread(b, trained.shift(), scaled.shape());
    return b.add(scaled, b.widen(shift, F.fractionBits()));
  }

  /** Rounds: 4. */
  private Applied normalised(
      Backend b,
      SecretTensor centred,
      Trained trained,
      SecretTensor inverseDeviation,
      Running next) {
    Shape shape = centred.shape();
    SecretTensor spread = Channels.spread(b, inverseDeviation, shape);
    List<SecretTensor> products =
        b.multiply(List.of(centred, trained.scale()), List.of(spread, inverseDeviation));
    int[] excess = {F.fractionBits(), F.fractionBits()};
    List<SecretTensor> shortened = b.truncate(products, excess);
    SecretTensor normal = shortened.getFirst();
    SecretTensor scaled = b.multiply(normal, Channels.spread(b, trained.scale(), shape));
    SecretTensor output = shifted(b, scaled, trained);
    return new Forward(this, normal, shortened.getLast(), next, output);
  }

  private Applied normalisedByBatch(Backend b, SecretTensor x, Trained trained, Running running) {
    int count = Channels.values(x.shape());
    OneOver oneOver = OneOver.of(count, MEAN_PRECISION);
    SecretTensor sum = b.multiply(Channels.sums(b, x), oneOver.code());
    SecretTensor mean = b.truncate(b.reinterpret(sum, F.plus(oneOver.bits())), oneOver.bits());
    SecretTensor centred = b.subtract(x, Channels.spread(b, mean, x.shape()));
    Halving halving = Halving.of(count);
    SecretTensor squares = halving.of(b, Channels.sumsOfProducts(b, centred, centred));
    int excess = squares.format().fractionBits() - VARIANCE.fractionBits();
    // The variance times the rest of the division.
    SecretTensor variance = b.truncate(squares, excess);
    SecretTensor nextMean = part(b, running.mean(), mean, 1);
    double unbiased = Math.scalb(1.0, halving.bits()) / Math.max(1, count - 1);
    SecretTensor nextVariance = part(b, running.variance(), variance, unbiased);
    List<SecretTensor> next = shortened(b, List.of(nextMean, nextVariance));
    List<SecretTensor> roots = inverseRoots(b, variance, halving.rest(), next.getLast());
    Running updated = new Running(next.getFirst(), next.getLast(), roots.getLast());
    return normalised(b, centred, trained, roots.getFirst(), updated);
  }

  /** What a running statistic becomes, before it is truncated; local. */
  private SecretTensor part(Backend b, SecretTensor old, SecretTensor now, double factor) {
    double own = replaced();
    int more = now.format().fractionBits() - F.fractionBits();
    SecretTensor kept = b.widen(b.multiply(old, PART.encode(1) - PART.encode(own)), more);
    SecretTensor added = b.multiply(now, PART.encode(own * factor));
    FixedPoint format = now.format().times(PART);
    return b.add(b.reinterpret(kept, format), b.reinterpret(added, format));
  }

  private static List<SecretTensor> shortened(Backend b, List<SecretTensor> x) {
    int[] bits = x.stream().mapToInt(t -> t.format().fractionBits() - F.fractionBits()).toArray();
    return b.truncate(x, bits);
  }

  /** One over the deviation of the batch, and over the running one. Rounds: 27. */
  private List<SecretTensor> inverseRoots(
      Backend b, SecretTensor variance, double rest, SecretTensor running) {
    int more = VARIANCE.fractionBits() - F.fractionBits();
    SecretTensor both =
        b.concatenate(
            List.of(
                b.addReal(variance, epsilon * rest), b.addReal(b.widen(running, more), epsilon)));
    long[] ones = new long[both.size()];
    long[] factors = new long[both.size()];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = 1;
      factors[i] = ROOT_FACTOR.encode(i < variance.size() ? Math.sqrt(rest) : 1);
    }
    SecretTensor one = b.constant(both.shape(), FixedPoint.INTEGER, ones);
    SecretTensor exact =
        b.multiply(RootQuotient.of(b, one, both, ROOT_WIDTH), factors, ROOT_FACTOR);
    SecretTensor roots = shortened(b, List.of(exact)).getFirst();
    return List.of(
        b.rowRange(roots, 0, variance.size()), b.rowRange(roots, variance.size(), both.size()));
  }

  /**
   * The layer applied in training.
   *
   * @param normal (x - mean) / sqrt(variance + epsilon)
   * @param factor scale / sqrt(variance + epsilon), for each channel
   * @param next the running statistics after the step
   */
  private record Forward(
      BatchNorm layer, SecretTensor normal, SecretTensor factor, Running next, SecretTensor output)
      implements Applied {
    /**
     * With e the error of the output: for the scale the sum of e normal, for the shift that of e,
     * and for x the factor times e less the mean of e, less normal times the mean of e normal.
     */
    @Override
    public Derivatives backward(Pass pass, SecretTensor error, boolean wantsError) {
      Backend b = pass.backend();
      SecretTensor e = pass.inDefaultFormat(error);
      SecretTensor ofScale = Channels.sumsOfProducts(b, e, normal);
      SecretTensor ofShift = Channels.sums(b, e);
      List<ParameterGradient> gradients = new ArrayList<>();
      for (SecretTensor known :
          List.of(ofScale, ofShift, next.mean(), next.variance(), next.inverseDeviation())) {
        gradients.add(new ParameterGradient.Known(known));
      }
      return new Derivatives(
          wantsError ? Optional.of(ofInput(b, e, ofScale, ofShift)) : Optional.empty(), gradients);
    }

    private SecretTensor ofInput(
        Backend b, SecretTensor e, SecretTensor ofScale, SecretTensor ofShift) {
      SecretTensor rest = layer.frozen() ? e : withoutMeans(b, e, ofScale, ofShift);
      return b.multiply(rest, Channels.spread(b, factor, e.shape()));
    }

    /** Rounds: 5. */
    private SecretTensor withoutMeans(
        Backend b, SecretTensor e, SecretTensor ofScale, SecretTensor ofShift) {
      Halving halving = Halving.of(Channels.values(e.shape()));
      List<SecretTensor> halved =
          shortened(b, List.of(halving.of(b, ofScale), halving.of(b, ofShift)));
      SecretTensor slope = halving.restOf(b, halved.getFirst(), e.shape());
      SecretTensor mean = halving.restOf(b, halved.getLast(), e.shape());
      SecretTensor product = b.multiply(normal, slope);
      int bits = product.format().fractionBits() - F.fractionBits();
      SecretTensor wide =
          b.subtract(b.subtract(b.widen(e, bits), b.widen(mean, F.fractionBits())), product);
      return b.truncate(wide, bits);
    }
  }

  /**
   * A division by a public count in two parts: by a power of two, which costs nothing where a
   * truncation follows, and by what is left, from 1 up to 2.
   */
  private record Halving(int bits, double rest) {
    private static final FixedPoint FACTOR = new FixedPoint(12);

    static Halving of(int count) {
      int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(count);
      return new Halving(bits, Math.scalb((double) count, -bits));
    }

    SecretTensor of(Backend b, SecretTensor x) {
      return b.reinterpret(x, x.format().plus(bits));
    }

    /** What is left of the division, at every place of a batch. Local. */
    SecretTensor restOf(Backend b, SecretTensor channels, Shape batch) {
      SecretTensor scaled = b.multiply(channels, FACTOR.encode(1 / rest));
      SecretTensor mean = b.reinterpret(scaled, channels.format().times(FACTOR));
      return Channels.spread(b, mean, batch);
    }
  }
}
