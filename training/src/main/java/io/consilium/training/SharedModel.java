package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.functions.Softmax;
import io.consilium.training.spec.ModelSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A trained model that nobody sees, with the preprocessing that belongs to it.
 *
 * <p>Weights are of prepared features. For prediction they are kept a second time, multiplied by
 * the scales, so that a question needs one product for the preprocessing and one for the score, and
 * equal questions get exactly equal scores.
 */
public final class SharedModel {
  private static final int SCORE_EXCESS =
      Formats.FEATURES.fractionBits()
          + Formats.WEIGHTS.fractionBits()
          - Formats.SCORES.fractionBits();

  private final ModelLayout layout;
  private final Map<String, SecretTensor> tensors;
  private final JointPreprocessing preprocessing;

  private SharedModel(ModelLayout layout, Map<String, SecretTensor> tensors) {
    this.layout = layout;
    this.tensors = tensors;
    this.preprocessing = new JointPreprocessing(layout.standardise());
  }

  /**
   * A model from its stored tensors.
   *
   * @throws IllegalArgumentException if a tensor is missing or has another shape or format
   */
  public static SharedModel of(ModelLayout layout, Map<String, SecretTensor> tensors) {
    Map<String, SecretTensor> ordered = new LinkedHashMap<>();
    layout
        .tensors()
        .forEach((name, expected) -> {
          SecretTensor tensor = tensors.get(name);
          if (tensor == null) {
            throw new IllegalArgumentException("the model has no tensor '" + name + "'");
          }
          SecurePart.require(tensor, expected.shape(), expected.format(), name);
          ordered.put(name, tensor);
        });
    return new SharedModel(layout, ordered);
  }

  static SharedModel trained(
      Backend b,
      ModelLayout layout,
      SecretTensor weightsAndIntercepts,
      SecretTensor means,
      SecretTensor scales) {
    int features = layout.features();
    int outputs = layout.model().outputs();
    SecretTensor weights =
        b.reshape(b.rowRange(weightsAndIntercepts, 0, features), Shape.matrix(features, outputs));
    SecretTensor intercepts = b.rowRange(weightsAndIntercepts, features, features + 1);
    return of(
        layout,
        Map.of(
            ModelLayout.WEIGHTS,
            weights,
            ModelLayout.INTERCEPTS,
            b.reshape(intercepts, Shape.vector(outputs)),
            ModelLayout.MEANS,
            means,
            ModelLayout.SCALES,
            scales,
            ModelLayout.FOLDED,
            new JointPreprocessing(layout.standardise()).folded(b, weights, scales)));
  }

  public ModelLayout layout() {
    return layout;
  }

  /** The tensors by name, in the order of {@link ModelLayout#tensors}; to be stored as shares. */
  public Map<String, SecretTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  SecretTensor tensor(String name) {
    return tensors.get(name);
  }

  /**
   * Predictions for shared rows; the saved preprocessing is applied on shares.
   *
   * <p>Leaks: the number of rows.
   *
   * @param features [n, d] in the format {@link Formats#FEATURES}, from 0 to 1; 0 where missing
   * @param presence [n, d] integers: 1 where the value is there
   * @return in the format {@link Formats#PREDICTIONS}: the probability of class 1 [n] (logistic),
   *     the probabilities of all classes [n, classes] (softmax), or the predicted number in the
   *     unit of the labels [n] (linear)
   */
  public SecretTensor predict(Backend b, SecretTensor features, SecretTensor presence) {
    int rows = features.shape().rows();
    Shape shape = Shape.matrix(rows, layout.features());
    SecurePart.require(features, shape, Formats.FEATURES, "features");
    SecurePart.require(presence, shape, FixedPoint.INTEGER, "presence");
    SecretTensor scores = scores(b, centred(b, features, presence));
    return switch (layout.model()) {
      case ModelSpec.Linear _ -> Arrangement.flat(b, scores);
      case ModelSpec.Logistic _ -> Sigmoid.exact(b, Arrangement.flat(b, scores));
      case ModelSpec.Softmax _ -> Softmax.of(b, scores);
    };
  }

  SecretTensor centred(Backend b, SecretTensor features, SecretTensor presence) {
    return preprocessing.centred(b, features, presence, tensor(ModelLayout.MEANS));
  }

  /**
   * The linear predictors of centred rows, [n, outputs] with 16 fraction bits; rounded exactly, so
   * equal rows have equal scores.
   */
  SecretTensor scores(Backend b, SecretTensor centred) {
    SecretTensor product = b.matmul(centred, false, tensor(ModelLayout.FOLDED), false);
    SecretTensor intercepts = b.repeat(tensor(ModelLayout.INTERCEPTS), centred.shape().rows());
    SecretTensor sum = b.add(product, b.widen(intercepts, Formats.FEATURES.fractionBits()));
    return b.truncateExactly(sum, SCORE_EXCESS);
  }

  @Override
  public String toString() {
    return "SharedModel[" + layout.model().type() + ", " + layout.features() + " features]";
  }
}
