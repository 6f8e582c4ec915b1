package io.consilium.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.ValueRange;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.functions.Softmax;
import io.consilium.training.network.NetworkState;
import io.consilium.training.spec.ClassWeights;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.ProgramSpec;
import io.consilium.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One step of gradient descent on a batch.
 *
 * <p>Logistic, 21 rounds whatever the batch and the features: forward product 1, truncation to the
 * format of the sigmoid 2, sigmoid 15, backward product 1, truncation of the update 2. The rate,
 * the division by the rows, momentum and L2 are public integers and cost nothing. The intercept is
 * the weight of a column of ones.
 */
final class GradientStep implements TrainingStep {
  private final ModelSpec model;
  private final TrainingSpec training;
  private final int features;
  private final UpdateScale scale;

  private GradientStep(ModelSpec model, TrainingSpec training, int features, UpdateScale scale) {
    this.model = model;
    this.training = training;
    this.features = features;
    this.scale = scale;
  }

  static GradientStep of(ProgramSpec spec, int features, BatchPlan batches)
      throws InvalidSpecException {
    return new GradientStep(spec.model(), spec.training(), features, UpdateScale.of(spec, batches));
  }

  @Override
  public ClassWeights classWeights() {
    return training.classWeights();
  }

  UpdateScale scale() {
    return scale;
  }

  /** The rows get a column of ones, and are kept a second time with their class weights. */
  @Override
  public Batch batch(Backend b, SecretTensor prepared, SecretTensor labels, SampleWeights weights) {
    SecretTensor rows = Arrangement.withOnes(b, prepared);
    return new Batch(rows, weights.weighted(b, rows, labels), labels);
  }

  /** Weights and velocity, both [d + 1, outputs] and 0. */
  @Override
  public NetworkState initial(Backend b) {
    Shape shape = Shape.matrix(features + 1, model.outputs());
    // Nothing is promised of them, as of those of later steps, so all steps cost the same.
    SecretTensor zero =
        b.within(Arrangement.constant(b, shape, Formats.WEIGHTS, 0), ValueRange.UNDECLARED);
    return state(zero, zero, 0);
  }

  private static NetworkState state(SecretTensor weights, SecretTensor velocity, long steps) {
    return new NetworkState(List.of(weights), List.of(List.of(velocity)), steps);
  }

  @Override
  public NetworkState apply(Backend b, NetworkState state, Batch batch, int epoch) {
    SecretTensor weights = state.parameters().getFirst();
    SecretTensor forward = b.matmul(batch.rows(), false, weights, false);
    SecretTensor error = error(b, forward, batch.labels());
    SecretTensor gradient = b.matmul(batch.weightedRows().orElse(batch.rows()), true, error, false);
    int rows = batch.rows().shape().rows();
    SecretTensor velocity = updated(b, state, gradient, scale.factors(epoch, rows));
    return state(b.add(weights, velocity), velocity, state.steps() + 1);
  }

  @Override
  public SharedModel model(
      Backend b,
      ModelLayout layout,
      NetworkState state,
      SecretTensor means,
      Deviations deviations) {
    int outputs = model.outputs();
    SecretTensor all = state.parameters().getFirst();
    SecretTensor weights = b.reshape(b.rowRange(all, 0, features), Shape.matrix(features, outputs));
    SecretTensor intercepts = b.rowRange(all, features, features + 1);
    return SharedModel.of(
        layout,
        Map.of(
            ModelLayout.WEIGHTS,
            weights,
            ModelLayout.INTERCEPTS,
            b.reshape(intercepts, Shape.vector(outputs)),
            ModelLayout.MEANS,
            means,
            ModelLayout.SCALES,
            deviations.scales(),
            ModelLayout.LIMITS,
            deviations.limits(),
            ModelLayout.FOLDED,
            new JointPreprocessing(layout.standardise()).folded(b, weights, deviations)));
  }

  @Override
  public void describe(ObjectNode plan) {
    plan.put("updateBits", scale.bits());
  }

  @Override
  public List<PlannedLayer> layers() {
    int outputs = model.outputs();
    long parameters = (features + 1L) * outputs;
    return List.of(new PlannedLayer(model.type(), Shape.vector(outputs), parameters));
  }

  @Override
  public List<DeclaredRange> ranges() {
    int scoreBits = Formats.SCORES.fractionBits();
    return List.of(
        new DeclaredRange(
            "weights and intercepts", Formats.WEIGHTS.fractionBits(), UpdateScale.WEIGHT_MAX),
        new DeclaredRange(
            "scores", scoreBits, Formats.SCORES.decode(Formats.SCORE_RANGE.codeMax())));
  }

  /** Prediction less label, [n, outputs] with 16 fraction bits. */
  private SecretTensor error(Backend b, SecretTensor forward, SecretTensor labels) {
    SecretTensor y = b.reshape(labels, forward.shape());
    return switch (model.target()) {
      case NUMBER -> b.subtract(shortened(b, forward, Formats.NUMBER_LABELS), y);
      case TWO_CLASSES ->
          b.subtract(Sigmoid.approximate(b, shortened(b, forward, Sigmoid.INPUT)), widened(b, y));
      case CLASSES -> b.subtract(Softmax.of(b, forward), widened(b, y));
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
      Backend b, NetworkState state, SecretTensor gradient, UpdateScale.Factors factors) {
    SecretTensor weights = state.parameters().getFirst();
    SecretTensor before = state.memory().getFirst().getFirst();
    SecretTensor sum =
        b.add(
            plain(b, b.multiply(before, factors.velocity())),
            plain(b, b.multiply(gradient, factors.gradient())));
    if (factors.weights() != 0) {
      long[] decay = new long[weights.size()];
      Arrays.fill(decay, 0, decay.length - model.outputs(), factors.weights());
      sum = b.add(sum, plain(b, b.multiply(weights, decay, FixedPoint.INTEGER)));
    }
    SecretTensor exact = b.reinterpret(sum, new FixedPoint(scale.bits()));
    return b.reinterpret(b.truncate(exact, scale.bits()), Formats.WEIGHTS);
  }

  /** The summands have the same unit, 2^-(24 + bits), in formats of different names. */
  private static SecretTensor plain(Backend b, SecretTensor x) {
    return b.reinterpret(x, FixedPoint.INTEGER);
  }
}
