package io.consilium.training;

import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.functions.Clamp;
import io.consilium.protocols.functions.Sigmoid;
import io.consilium.protocols.functions.Softmax;
import io.consilium.training.network.Network;
import io.consilium.training.network.NetworkStep;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import io.consilium.training.spec.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained model that nobody sees, with the preprocessing that belongs to it.
 *
 * <p>Weights are of prepared features. For prediction, those of a model without layers are kept a
 * second time, multiplied by the scales, so that a question needs one product for the preprocessing
 * and one for the score, and equal questions get exactly equal scores.
 */
public final class SharedModel {
  private static final int SCORE_EXCESS =
      Formats.FEATURES.fractionBits()
          + Formats.FOLDED.fractionBits()
          - Formats.SCORES.fractionBits();

  /** Rows that pass through a network at a time; bounds the memory of intermediate results. */
  private static final int CHUNK_ROWS = 1 << 12;

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
   * <p>What is asked about may be any ring elements: an illegal question gets the answer of a legal
   * one ({@link JointPreprocessing#centredQuestion}), and the others in its batch theirs.
   *
   * @param features [n, d] in the format {@link Formats#FEATURES}, from 0 to 1; 0 where missing
   * @param presence [n, d] integers: 1 where the value is there
   * @return in the format {@link Formats#PREDICTIONS}, by the target of the model: the probability
   *     of class 1 [n], the probabilities of all classes [n, classes], or the predicted number in
   *     the unit of the labels [n]
   */
  public SecretTensor predict(Backend b, SecretTensor features, SecretTensor presence) {
    SecretTensor scores = scores(b, features, presence);
    return switch (layout.model().target()) {
      case NUMBER -> Arrangement.flat(b, scores);
      case TWO_CLASSES -> Sigmoid.exact(b, Arrangement.flat(b, scores));
      case CLASSES -> Softmax.of(b, scores);
    };
  }

  /**
   * What {@link #predict} computes probabilities of: the log-odds of class 1 [n, 1], or the logits
   * of all classes [n, classes], in the format {@link Formats#PREDICTIONS}; the number itself [n,
   * 1] if the model predicts one.
   *
   * <p>Leaks: the number of rows.
   *
   * @param features as in {@link #predict}
   */
  public SecretTensor scores(Backend b, SecretTensor features, SecretTensor presence) {
    int rows = features.shape().rows();
    Shape shape = Shape.matrix(rows, layout.features());
    SecurePart.require(features, shape, Formats.FEATURES, "features");
    SecurePart.require(presence, shape, FixedPoint.INTEGER, "presence");
    return scores(b, centred(b, features, presence));
  }

  /**
   * The numbers of the likeliest classes, found on shares of the scores; probabilities are not
   * computed.
   *
   * <p>Leaks: the number of rows.
   *
   * @param features as in {@link #predict}
   * @param count how many classes of each row; not more than there are
   * @return integers [n, count], the likeliest class first; of equally likely ones the first
   */
  public SecretTensor likeliest(
      Backend b, SecretTensor features, SecretTensor presence, int count) {
    if (layout.model().target() == Target.NUMBER) {
      throw new IllegalArgumentException("a model that predicts a number has no classes");
    }
    return LikeliestClasses.of(b, scores(b, features, presence), count);
  }

  SecretTensor centred(Backend b, SecretTensor features, SecretTensor presence) {
    return preprocessing.centredQuestion(
        b, features, presence, tensor(ModelLayout.MEANS), tensor(ModelLayout.LIMITS));
  }

  /**
   * The outputs for centred rows, [n, outputs] with 16 fraction bits, in the range that functions
   * and comparisons of scores are right in: what is beyond is moved to its end.
   */
  SecretTensor scores(Backend b, SecretTensor centred) {
    SecretTensor scores =
        switch (layout.model()) {
          case ModelSpec.Linear _, ModelSpec.Logistic _, ModelSpec.Softmax _ ->
              linearScores(b, centred);
          case Neural _ -> networkScores(b, centred);
        };
    long most = Formats.SCORE_RANGE.codeMax();
    return Clamp.of(b, scores, -most, most);
  }

  /** Rounded exactly, so equal rows have equal scores. */
  private SecretTensor linearScores(Backend b, SecretTensor centred) {
    SecretTensor product = b.matmul(centred, false, tensor(ModelLayout.FOLDED), false);
    SecretTensor intercepts = b.repeat(tensor(ModelLayout.INTERCEPTS), centred.shape().rows());
    int more = product.format().fractionBits() - intercepts.format().fractionBits();
    SecretTensor sum = b.add(product, b.widen(intercepts, more));
    return b.truncateExactly(sum, SCORE_EXCESS);
  }

  /** A forward pass; equal rows have scores that differ by some units of the last place. */
  private SecretTensor networkScores(Backend b, SecretTensor centred) {
    Network network = layout.network();
    List<SecretTensor> parameters = trained();
    List<SecretTensor> chunks = new ArrayList<>();
    int rows = centred.shape().rows();
    for (int from = 0; from < rows; from += CHUNK_ROWS) {
      int first = from;
      int end = Math.min(rows, from + CHUNK_ROWS);
      chunks.addAll(
          b.scoped(() -> {
            SecretTensor part = b.rowRange(centred, first, end);
            SecretTensor prepared =
                preprocessing.prepared(b, part, tensor(ModelLayout.SCALES), Formats.QUESTION_BITS);
            Shape batch = NetworkStep.batch(network.input(), end - first);
            return List.of(network.scores(b, parameters, b.reshape(prepared, batch)));
          }));
    }
    return chunks.size() == 1 ? chunks.getFirst() : b.concatenate(chunks);
  }

  /** Everything that was trained, in the order of the layout. */
  List<SecretTensor> trained() {
    return layout.trained().stream().map(this::tensor).toList();
  }

  /**
   * Everything that was trained, flat in the order of the layout. Rounded exactly, so that nothing
   * of the last truncation is opened: to 16 fraction bits, those of a network to 12.
   */
  SecretTensor released(Backend b) {
    SecretTensor all = b.concatenate(trained().stream().map(x -> Arrangement.flat(b, x)).toList());
    FixedPoint format =
        layout.model() instanceof Neural ? Formats.RELEASED_PARAMETERS : Formats.RELEASED;
    return b.truncateExactly(all, all.format().fractionBits() - format.fractionBits());
  }

  @Override
  public String toString() {
    return "SharedModel[" + layout.model().type() + ", " + layout.features() + " features]";
  }
}
