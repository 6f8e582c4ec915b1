package io.consilium.training;

import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.Target;
import io.consilium.training.spec.TrainingSpec;

/**
 * The public integers of the update v = mu v - rate (g / rows + l2 w), which is one sum and one
 * truncation by {@link #bits()}.
 *
 * <p>The more bits, the finer the rate can be set; the sum must stay below 2^60. How large it may
 * get follows from the preparation of the data: the squares of a standardised feature sum to the
 * number of rows N, so by Cauchy and Schwarz the mean absolute value over b rows is at most
 * sqrt(N/b), and the geometric sum over the batches of an epoch at most sqrt(N/b) / sqrt(1 - mu^2).
 */
final class UpdateScale {
  private static final int BITS_MAX = 48;
  private static final int SUM_BITS_MAX = 60;

  /**
   * Weights are assumed to stay below it; they have 2^24 steps, and scores are below 2^13, those of
   * softmax below 768.
   */
  static final double WEIGHT_MAX = 1024;

  /** Labels of a linear model and its predictions are assumed to differ by less. */
  private static final double RESIDUAL_MAX = 16;

  /** The rate may be off by one in so many. */
  private static final double RATE_PRECISION = 1024;

  /** L2 may be off by one in so many. */
  private static final double L2_PRECISION = 64;

  /** What the summands of one update are multiplied by. */
  record Factors(long velocity, long weights, long gradient) {}

  private final TrainingSpec training;
  private final int bits;
  private final int gradientShift;

  private UpdateScale(TrainingSpec training, int bits) {
    this.training = training;
    this.bits = bits;
    int gradientBits = training.fractionBits() + Formats.PREDICTIONS.fractionBits();
    this.gradientShift = bits + Formats.WEIGHTS.fractionBits() - gradientBits;
  }

  static UpdateScale of(ProgramSpec spec, BatchPlan batches) throws InvalidSpecException {
    double velocity = largestVelocity(spec, batches);
    int room = SUM_BITS_MAX - Formats.WEIGHTS.fractionBits() - ceilLog2(velocity);
    UpdateScale scale = new UpdateScale(spec.training(), Math.min(BITS_MAX, room));
    scale.requirePrecision(batches);
    return scale;
  }

  private static double largestVelocity(ProgramSpec spec, BatchPlan batches) {
    TrainingSpec training = spec.training();
    double mu = training.momentum();
    double sum = spec.standardise() ? largestSum(mu, batches) : 1 / (1 - mu);
    double residual = spec.model().target() == Target.NUMBER ? RESIDUAL_MAX : 1;
    double decay = training.l2() * WEIGHT_MAX / (1 - mu);
    return training.learningRate() * (sum * residual * heaviest(training.classWeights()) + decay);
  }

  /** The largest sum of mean absolute values of a feature, older batches counting mu less each. */
  private static double largestSum(double mu, BatchPlan batches) {
    double full = Math.sqrt((double) batches.rows() / batches.batchSize());
    double last = Math.sqrt((double) batches.rows() / batches.lastBatchRows());
    double withinEpoch = full / Math.sqrt(1 - mu * mu) + (last > full ? last : 0);
    double overEpochs = withinEpoch / (1 - Math.pow(mu, batches.batchesPerEpoch()));
    return Math.min(overEpochs, Math.max(full, last) / (1 - mu));
  }

  private static double heaviest(ClassWeights weights) {
    return switch (weights) {
      case ClassWeights.None _ -> 1;
      case ClassWeights.Balanced _ -> ClassWeights.WEIGHT_MAX;
      case ClassWeights.Given given ->
          Math.max(1, given.weights().stream().mapToDouble(Double::doubleValue).max().orElse(1));
    };
  }

  private static int ceilLog2(double x) {
    return Math.getExponent(x) + 1;
  }

  private void requirePrecision(BatchPlan batches) throws InvalidSpecException {
    double rate = training.learningRate();
    double gradient = exactGradient(rate, batches.batchSize());
    if (!close(gradient, RATE_PRECISION)) {
      double nearest =
          Math.scalb(Math.max(1, Math.rint(gradient)) * batches.batchSize(), -gradientShift);
      throw new InvalidSpecException(
          "training.learningRate",
          "%s cannot be represented with batches of %d rows; take smaller batches or the nearest possible rate, %.6g"
              .formatted(rate, batches.batchSize(), nearest));
    }
    if (training.l2() > 0 && !close(exactDecay(rate), L2_PRECISION)) {
      throw new InvalidSpecException(
          "training.l2", training.l2() + " is too small to be represented; take 0 or a larger one");
    }
  }

  private static boolean close(double exact, double precision) {
    return Math.abs(Math.rint(exact) - exact) * precision <= exact;
  }

  private double exactGradient(double rate, int rows) {
    return Math.scalb(rate / rows, gradientShift);
  }

  private double exactDecay(double rate) {
    return Math.scalb(rate * training.l2(), bits);
  }

  /** Bits of the truncation. */
  int bits() {
    return bits;
  }

  Factors factors(int epoch, int batchRows) {
    double rate = training.learningRate(epoch);
    return new Factors(
        Math.round(Math.scalb(training.momentum(), bits)),
        -Math.round(exactDecay(rate)),
        -Math.round(exactGradient(rate, batchRows)));
  }
}
