package io.consilium.party.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.inference.ModelCard;
import io.consilium.inference.SecretModel;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.plan.JobPlan;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.training.Formats;
import io.consilium.training.ModelLayout;
import io.consilium.training.SharedModel;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import java.time.Instant;
import java.util.Map;

/** The public card of a trained model, and the model behind a card. */
public final class TrainedModels {
  /** Features are scaled to the range of their column, from 0 to 1. */
  private static final double FEATURE_MAGNITUDE_MAX = 1;

  private TrainedModels() {}

  /** The card of a model; equal at all three compute parties. */
  public static ModelCard card(
      JobPlan plan, AttemptId attempt, int version, ModelLayout layout, Instant created) {
    ModelSpec model = layout.model();
    return new ModelCard(
        plan.manifest().name(),
        version,
        model.type(),
        attempt.job().value(),
        plan.digest(),
        plan.manifest().computeParties(),
        plan.manifest().schema().toJson(),
        layout.toJson(),
        new ModelCard.Features(
            layout.features(), Formats.FEATURES.fractionBits(), FEATURE_MAGNITUDE_MAX),
        new ModelCard.Output(
            kind(model),
            plan.manifest().schema().classes(),
            model.outputs(),
            Formats.PREDICTIONS.fractionBits()),
        created.toString());
  }

  private static String kind(ModelSpec model) {
    return switch (model) {
      case ModelSpec.Linear _ -> "value";
      case ModelSpec.Logistic _ -> "probability";
      case ModelSpec.Softmax _ -> "probabilities";
    };
  }

  /** The model behind a card, from this party's shares of its tensors. */
  static SecretModel load(ModelCard card, Map<String, SecretTensor> tensors) {
    SharedModel model = SharedModel.of(layout(card.layout()), tensors);
    int columns = card.output().columns();
    return (backend, features, mask) ->
        backend.reshape(
            model.predict(backend, features, mask), Shape.matrix(features.shape().rows(), columns));
  }

  private static ModelLayout layout(JsonNode json) {
    try {
      return ModelLayout.parse(json);
    } catch (InvalidSpecException e) {
      throw new IllegalArgumentException("the card's layout: " + e.getMessage(), e);
    }
  }
}
