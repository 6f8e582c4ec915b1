package io.consilium.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The public side of a shared model: what it is, and the names, shapes and formats of its tensors.
 *
 * @param planDigest the digest of the plan that trained it
 */
public record ModelLayout(ModelSpec model, int features, boolean standardise, String planDigest) {
  /** Shape and format of one tensor of the model. */
  public record TensorLayout(Shape shape, FixedPoint format) {}

  static final String WEIGHTS = "weights";
  static final String INTERCEPTS = "intercepts";
  static final String MEANS = "means";
  static final String SCALES = "scales";
  static final String FOLDED = "folded";

  /** The tensors of the model in a fixed order. */
  public Map<String, TensorLayout> tensors() {
    int outputs = model.outputs();
    Map<String, TensorLayout> tensors = new LinkedHashMap<>();
    tensors.put(WEIGHTS, new TensorLayout(Shape.matrix(features, outputs), Formats.WEIGHTS));
    tensors.put(INTERCEPTS, new TensorLayout(Shape.vector(outputs), Formats.WEIGHTS));
    tensors.put(MEANS, new TensorLayout(Shape.vector(features), Formats.MEANS));
    tensors.put(SCALES, new TensorLayout(Shape.vector(features), Formats.SCALES));
    tensors.put(FOLDED, new TensorLayout(Shape.matrix(features, outputs), Formats.WEIGHTS));
    return tensors;
  }

  public ObjectNode toJson() {
    ObjectNode json = model.toJson();
    json.put("features", features);
    json.put("standardise", standardise);
    json.put("planDigest", planDigest);
    return json;
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws InvalidSpecException if it is not such a document
   */
  public static ModelLayout parse(JsonNode json) throws InvalidSpecException {
    ObjectNode model = json.deepCopy();
    model.retain("type", "classes");
    if (!json.path("features").isInt()
        || !json.path("standardise").isBoolean()
        || !json.path("planDigest").isTextual()) {
      throw new InvalidSpecException("model", "is not the description of a shared model");
    }
    return new ModelLayout(
        ModelSpec.parse(model, json.path("classes").asInt()),
        json.get("features").intValue(),
        json.get("standardise").booleanValue(),
        json.get("planDigest").textValue());
  }
}
