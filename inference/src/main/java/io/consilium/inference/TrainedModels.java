package io.consilium.inference;

import io.consilium.inference.onnx.OutputRule;
import io.consilium.protocols.Backend;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.Formats;
import io.consilium.training.ModelLayout;
import io.consilium.training.SharedModel;
import io.consilium.training.spec.InvalidSpecException;
import java.util.List;
import java.util.Map;

/**
 * Serves what the training module has trained. The card's {@code model} is the layout of the {@link
 * SharedModel}, and its output says by which {@link AnswerRule}.
 */
public final class TrainedModels implements SecretModel.Loader {
  /** Features are scaled to their range before they are shared. */
  private static final double MAGNITUDE_MAX = 1;

  /** What a question to a trained model looks like. */
  public static ModelCard.Features features(ModelLayout layout) {
    return new ModelCard.Features(
        layout.features(), Formats.FEATURES.fractionBits(), MAGNITUDE_MAX);
  }

  /**
   * What its answers look like.
   *
   * @param classes names of the label's categories in order; empty for a number
   * @throws IllegalArgumentException if the model has other classes, or cannot answer like that
   */
  public static ModelCard.Output output(
      ModelLayout layout, List<String> classes, AnswerRule answers) {
    if (classes.size() != layout.model().classes()) {
      throw new IllegalArgumentException(
          "the model has " + layout.model().classes() + " classes, not " + classes.size());
    }
    if (!AnswerRule.words(!classes.isEmpty()).contains(answers.word())) {
      throw new IllegalArgumentException(
          "a model with " + classes.size() + " classes does not answer with " + answers.word());
    }
    return switch (answers) {
      case AnswerRule.Value value -> reals(value.word(), classes, layout.model().outputs());
      case AnswerRule.Classes(OutputRule rule) -> output(layout, classes, rule);
    };
  }

  private static ModelCard.Output output(
      ModelLayout layout, List<String> classes, OutputRule rule) {
    int outputs = layout.model().outputs();
    String word = rule.kind().word();
    return switch (rule.kind()) {
      case LOGITS -> reals(word, classes, outputs);
      case PROBABILITIES -> reals(outputs == 1 ? AnswerRule.PROBABILITY : word, classes, outputs);
      case CLASS, TOP_K -> {
        if (rule.count() > classes.size()) {
          throw new IllegalArgumentException(
              "the likeliest " + rule.count() + " of " + classes.size() + " cannot be named");
        }
        yield new ModelCard.Output(word, classes, rule.count(), FixedPoint.INTEGER.fractionBits());
      }
    };
  }

  private static ModelCard.Output reals(String word, List<String> classes, int columns) {
    return new ModelCard.Output(word, classes, columns, Formats.PREDICTIONS.fractionBits());
  }

  @Override
  public SecretModel load(ModelAsset asset, Map<String, SecretTensor> tensors) {
    ModelCard card = asset.card();
    SharedModel model = SharedModel.of(layout(card), tensors);
    AnswerRule answers = AnswerRule.of(card);
    return (backend, features, mask) ->
        backend.reshape(
            answer(backend, model, answers, features, mask),
            Shape.matrix(features.shape().rows(), card.output().columns()));
  }

  private static SecretTensor answer(
      Backend b, SharedModel model, AnswerRule answers, SecretTensor features, SecretTensor mask) {
    return switch (answers) {
      case AnswerRule.Value _ -> model.predict(b, features, mask);
      case AnswerRule.Classes(OutputRule rule) ->
          switch (rule.kind()) {
            case PROBABILITIES -> model.predict(b, features, mask);
            case LOGITS -> model.scores(b, features, mask);
            case CLASS, TOP_K -> model.likeliest(b, features, mask, rule.count());
          };
    };
  }

  private static ModelLayout layout(ModelCard card) {
    try {
      return ModelLayout.parse(card.model());
    } catch (InvalidSpecException e) {
      throw new IllegalArgumentException(
          "the card of " + card.title() + " does not describe a trained model", e);
    }
  }
}
