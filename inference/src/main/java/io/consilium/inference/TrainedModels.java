package io.consilium.inference;

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
 * SharedModel}.
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
   */
  public static ModelCard.Output output(ModelLayout layout, List<String> classes) {
    int outputs = layout.model().outputs();
    if (classes.size() != layout.model().classes()) {
      throw new IllegalArgumentException(
          "the model has " + layout.model().classes() + " classes, not " + classes.size());
    }
    String kind = classes.isEmpty() ? "value" : outputs == 1 ? "probability" : "probabilities";
    return new ModelCard.Output(kind, classes, outputs, Formats.PREDICTIONS.fractionBits());
  }

  @Override
  public SecretModel load(ModelAsset asset, Map<String, SecretTensor> tensors) {
    ModelCard card = asset.card();
    SharedModel model = SharedModel.of(layout(card), tensors);
    return (backend, features, mask) ->
        backend.reshape(
            model.predict(backend, features, mask),
            Shape.matrix(features.shape().rows(), card.output().columns()));
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
