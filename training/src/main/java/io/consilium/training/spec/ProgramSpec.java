package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a manifest says about the training program.
 *
 * @param standardise whether features get mean 0 and standard deviation 1 over all sites; if not,
 *     missing values still become the mean over all sites
 */
public record ProgramSpec(
    ModelSpec model, boolean standardise, TrainingSpec training, TrainingControl control) {
  /** All epochs, once. */
  public ProgramSpec(ModelSpec model, boolean standardise, TrainingSpec training) {
    this(model, standardise, training, TrainingControl.NONE);
  }

  /** The same with other control. */
  public ProgramSpec with(TrainingControl other) {
    return new ProgramSpec(model, standardise, training, other);
  }

  /**
   * Reads the keys {@code model}, {@code preprocessing}, {@code training} and {@code precision} of
   * a manifest; its other keys belong to others.
   *
   * @param labelClasses how many categories the label of the schema has; 0 for a number
   */
  public static ProgramSpec parse(JsonNode manifest, int labelClasses) throws InvalidSpecException {
    ModelSpec model = ModelSpec.parse(required(manifest, "model"), labelClasses);
    Optional<JsonNode> preprocessing = optional(manifest, "preprocessing");
    boolean standardise = true;
    if (preprocessing.isPresent()) {
      standardise =
          SpecNode.of(preprocessing.get(), "preprocessing", List.of("standardise"))
              .flag("standardise", true);
    }
    TrainingSpec training =
        TrainingSpec.parse(
            required(manifest, "training"), optional(manifest, "precision"), model.classes());
    training.requireFits(model);
    return new ProgramSpec(
        model, standardise, training, TrainingControl.parse(manifest.get("training")));
  }

  private static JsonNode required(JsonNode manifest, String key) throws InvalidSpecException {
    return optional(manifest, key)
        .orElseThrow(() -> new InvalidSpecException(key, "the manifest needs this key"));
  }

  private static Optional<JsonNode> optional(JsonNode manifest, String key) {
    return manifest.hasNonNull(key) ? Optional.of(manifest.get(key)) : Optional.empty();
  }

  /** The description with every default written out. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("model", model.toJson());
    json.set(
        "preprocessing", JsonNodeFactory.instance.objectNode().put("standardise", standardise));
    ObjectNode trained = training.toJson();
    control.putInto(trained);
    json.set("training", trained);
    return json;
  }
}
