package io.consilium.party.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.consilium.inference.ModelCard;
import io.consilium.inference.TrainedModels;
import io.consilium.party.dataplane.AttemptId;
import io.consilium.party.plan.JobPlan;
import io.consilium.training.ModelLayout;
import java.time.Instant;

/** The public card of a trained model: equal, to the byte, at all three compute parties. */
public final class ModelCards {
  private ModelCards() {}

  /**
   * The card of a model.
   *
   * @param created as the three parties have agreed on it
   */
  public static ModelCard of(
      JobPlan plan, AttemptId attempt, int version, ModelLayout layout, Instant created) {
    return new ModelCard(
        plan.manifest().name(),
        version,
        layout.model().type(),
        attempt.job().value(),
        plan.digest(),
        plan.manifest().computeParties(),
        layout.toJson(),
        plan.manifest().schema().toJson(),
        features(plan),
        TrainedModels.features(layout),
        TrainedModels.output(
            layout, plan.manifest().schema().classes(), plan.manifest().serving().answers()),
        created.toString());
  }

  /** The schema determines the encoding; the names say what each column of a question is. */
  private static JsonNode features(JobPlan plan) {
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    plan.layout().names().forEach(names::add);
    return names;
  }
}
