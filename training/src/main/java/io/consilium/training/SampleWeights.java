package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Comparisons;
import io.consilium.protocols.functions.Reciprocal;
import io.consilium.protocols.functions.Relu;
import io.consilium.training.spec.ClassWeights;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Class weights. For models without layers they are folded once into a second copy of the features:
 * the gradient is then a product with that copy, and a step costs no more than without weights. For
 * a network they are a number for each row.
 */
final class SampleWeights {
  private static final FixedPoint WEIGHT = new FixedPoint(16);

  /** 1/n with 36 fraction bits times at most 2^24 stays below 2^60. */
  private static final FixedPoint RECIPROCAL = new FixedPoint(36);

  private static final int FACTOR_BITS = 24;

  /** Weights are below 2^20. */
  private static final ValueRange RANGE = ValueRange.of(WEIGHT, 1 << 20);

  private final ClassWeights weights;
  private final Optional<SecretTensor> balanced;

  private SampleWeights(ClassWeights weights, Optional<SecretTensor> balanced) {
    this.weights = weights;
    this.balanced = balanced;
  }

  /**
   * The weights of the classes.
   *
   * @param countRows the rows of each class, [classes]; only asked if the weights depend on them
   * @param rows all of them
   */
  static SampleWeights of(
      Backend b, ClassWeights weights, Supplier<SecretTensor> countRows, int rows) {
    return new SampleWeights(
        weights,
        weights.dependsOnRows()
            ? Optional.of(balanced(b, countRows.get(), rows))
            : Optional.empty());
  }

  /** The rows times their weights; nothing if all weigh 1. */
  Optional<SecretTensor> weighted(Backend b, SecretTensor rows, SecretTensor labels) {
    return ofRows(b, labels).map(weightOfRows -> times(b, rows, weightOfRows));
  }

  /** The weight of each row, [n, 1] with 16 fraction bits; nothing if all weigh 1. */
  Optional<SecretTensor> ofRows(Backend b, SecretTensor labels) {
    return switch (weights) {
      case ClassWeights.None _ -> Optional.empty();
      case ClassWeights.Given given -> Optional.of(Arrangement.column(b, given(b, given, labels)));
      case ClassWeights.Balanced _ -> Optional.of(chosen(b, balanced.orElseThrow(), labels));
    };
  }

  private static SecretTensor times(Backend b, SecretTensor rows, SecretTensor weightOfRows) {
    SecretTensor repeated = Arrangement.repeatColumns(b, weightOfRows, rows.shape().columns());
    return b.truncate(b.multiply(rows, repeated), WEIGHT.fractionBits());
  }

  /** Public weights: local. */
  private static SecretTensor given(Backend b, ClassWeights.Given given, SecretTensor labels) {
    SecretTensor oneHot = Arrangement.oneHot(b, labels);
    int classes = given.weights().size();
    long[] codes = new long[oneHot.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = WEIGHT.encode(given.weights().get(i % classes));
    }
    return b.sumRows(b.transpose(b.multiply(oneHot, codes, WEIGHT)));
  }

  private static SecretTensor chosen(Backend b, SecretTensor weights, SecretTensor labels) {
    SecretTensor oneHot = Arrangement.oneHot(b, labels);
    return b.matmul(oneHot, false, Arrangement.column(b, weights), false);
  }

  /** rows / (classes * rows of the class), from secret counts. */
  private static SecretTensor balanced(Backend b, SecretTensor counts, int rows) {
    int classes = counts.size();
    SecretTensor reciprocal = Reciprocal.of(b, counts, RECIPROCAL);
    int rowBits = Integer.SIZE - Integer.numberOfLeadingZeros(rows);
    FixedPoint factor = new FixedPoint(FACTOR_BITS - rowBits);
    SecretTensor scaled =
        b.reinterpret(
            b.multiply(reciprocal, factor.encode((double) rows / classes)),
            RECIPROCAL.times(factor));
    SecretTensor exact = b.truncate(scaled, scaled.format().fractionBits() - WEIGHT.fractionBits());
    SecretTensor inRange = Comparisons.inDomain(b, exact, RANGE);
    SecretTensor largest =
        Arrangement.constant(b, Shape.vector(classes), WEIGHT, ClassWeights.WEIGHT_MAX);
    // min(x, y) = -max(-x, -y)
    return b.negate(Relu.maximum(b, b.negate(inRange), b.negate(largest)));
  }
}
