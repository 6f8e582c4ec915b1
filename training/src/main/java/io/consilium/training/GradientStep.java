package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.functions.Softmax;
import io.consilium.training.spec.ModelSpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * One step of gradient descent on a batch.
 *
 * <p>Logistic, 21 rounds whatever the batch and the features: forward product 1, truncation to the
 * format of the sigmoid 2, sigmoid 15, backward product 1, truncation of the update 2. The rate,
 * the division by the rows, momentum and L2 are public integers and cost nothing. The intercept is
 * the weight of a column of ones.
 */
final class GradientStep {
  private final ModelSpec model;
  private final UpdateScale scale;

  GradientStep(TrainingPlan plan) {
    this.model = plan.spec().model();
    this.scale = plan.scale();
  }

  /**
   * What the steps change.
   *
   * @param weights [d + 1, outputs]
   * @param velocity [d + 1, outputs]
   */
  record State(SecretTensor weights, SecretTensor velocity) {
    /** All weights 0. */
    static State initial(Backend b, int features, int outputs) {
      Shape shape = Shape.matrix(features + 1, outputs);
      // Nothing is promised of them, as of those of later steps, so all steps cost the same.
      SecretTensor zero =
          b.within(Arrangement.constant(b, shape, Formats.WEIGHTS, 0), ValueRange.UNDECLARED);
      return new State(zero, zero);
    }
  }

  /**
   * The rows of a batch.
   *
   * @param rows [n, d + 1], prepared
   * @param weightedRows the rows times their class weights, if there are any
   * @param labels as in {@link SecurePart}
   */
  record Batch(SecretTensor rows, Optional<SecretTensor> weightedRows, SecretTensor labels) {
    Batch select(Backend b, int[] indices) {
      return new Batch(
          b.rows(rows, indices),
          weightedRows.map(weighted -> b.rows(weighted, indices)),
          b.rows(labels, indices));
    }
  }

  State apply(Backend b, State state, Batch batch, int epoch) {
    SecretTensor forward = b.matmul(batch.rows(), false, state.weights(), false);
    SecretTensor error = error(b, forward, batch.labels());
    SecretTensor gradient = b.matmul(batch.weightedRows().orElse(batch.rows()), true, error, false);
    int rows = batch.rows().shape().rows();
    SecretTensor velocity = updated(b, state, gradient, scale.factors(epoch, rows));
    return new State(b.add(state.weights(), velocity), velocity);
  }

  /** Prediction less label, [n, outputs] with 16 fraction bits. */
  private SecretTensor error(Backend b, SecretTensor forward, SecretTensor labels) {
    SecretTensor y = b.reshape(labels, forward.shape());
    return switch (model) {
      case ModelSpec.Linear _ -> b.subtract(shortened(b, forward, Formats.NUMBER_LABELS), y);
      case ModelSpec.Logistic _ ->
          b.subtract(Sigmoid.approximate(b, shortened(b, forward, Sigmoid.INPUT)), widened(b, y));
      case ModelSpec.Softmax _ -> b.subtract(Softmax.of(b, forward), widened(b, y));
    };
  }

  private static SecretTensor shortened(Backend b, SecretTensor x, FixedPoint format) {
    return b.truncate(x, x.format().fractionBits() - format.fractionBits());
  }

  private static SecretTensor widened(Backend b, SecretTensor labels) {
    return b.widen(labels, Formats.PREDICTIONS.fractionBits());
  }

  /** mu v - rate (g / rows + l2 w), the L2 term without the intercept. */
  private SecretTensor updated(
      Backend b, State state, SecretTensor gradient, UpdateScale.Factors factors) {
    SecretTensor sum =
        b.add(
            plain(b, b.multiply(state.velocity(), factors.velocity())),
            plain(b, b.multiply(gradient, factors.gradient())));
    if (factors.weights() != 0) {
      long[] decay = new long[state.weights().size()];
      Arrays.fill(decay, 0, decay.length - model.outputs(), factors.weights());
      sum = b.add(sum, plain(b, b.multiply(state.weights(), decay, FixedPoint.INTEGER)));
    }
    SecretTensor exact = b.reinterpret(sum, new FixedPoint(scale.bits()));
    return b.reinterpret(b.truncate(exact, scale.bits()), Formats.WEIGHTS);
  }

  /** The summands have the same unit, 2^-(24 + bits), in formats of different names. */
  private static SecretTensor plain(Backend b, SecretTensor x) {
    return b.reinterpret(x, FixedPoint.INTEGER);
  }
}
