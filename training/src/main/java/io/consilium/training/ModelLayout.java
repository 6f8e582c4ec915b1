package io.consilium.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.FixedPoint;
import io.consilium.protocols.Shape;
import io.consilium.training.network.Network;
import io.consilium.training.network.Parameter;
import io.consilium.training.spec.InvalidSpecException;
import io.consilium.training.spec.ModelSpec;
import io.consilium.training.spec.Neural;
import java.util.LinkedHashMap;
import java.util.List;
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
  static final String LIMITS = "limits";
  static final String FOLDED = "folded";

  /** The tensors of the model in a fixed order. */
  public Map<String, TensorLayout> tensors() {
    Map<String, TensorLayout> tensors = new LinkedHashMap<>();
    switch (model) {
      case Neural _ -> {
        for (Parameter parameter : network().parameters()) {
          tensors.put(parameter.name(), new TensorLayout(parameter.shape(), Formats.PARAMETERS));
        }
      }
      case ModelSpec.Linear _, ModelSpec.Logistic _, ModelSpec.Softmax _ -> {
        Shape matrix = Shape.matrix(features, model.outputs());
        tensors.put(WEIGHTS, new TensorLayout(matrix, Formats.WEIGHTS));
        tensors.put(INTERCEPTS, new TensorLayout(Shape.vector(model.outputs()), Formats.WEIGHTS));
        tensors.put(FOLDED, new TensorLayout(matrix, Formats.FOLDED));
      }
    }
    tensors.put(MEANS, new TensorLayout(Shape.vector(features), Formats.MEANS));
    tensors.put(SCALES, new TensorLayout(Shape.vector(features), Formats.SCALES));
    tensors.put(LIMITS, new TensorLayout(Shape.vector(features), Formats.FEATURES));
    return tensors;
  }

  /** The network, if the model is one. */
  Network network() {
    if (!(model instanceof Neural neural)) {
      throw new IllegalStateException("a " + model.type() + " model has no layers");
    }
    try {
      return neural.network(features);
    } catch (InvalidSpecException e) {
      throw new IllegalArgumentException("the layers do not fit the features", e);
    }
  }

  /**
   * What training leaves, in the order in which it is released: layer by layer, or weights first.
   * Running statistics of a network are part of it.
   */
  public List<String> trained() {
    return model instanceof Neural
        ? network().parameters().stream().map(Parameter::name).toList()
        : List.of(WEIGHTS, INTERCEPTS);
  }

  /** Numbers that training leaves. */
  public long parameters() {
    Map<String, TensorLayout> tensors = tensors();
    return trained().stream().mapToLong(name -> tensors.get(name).shape().size()).sum();
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
    model.retain("type", "classes", "input", "layers", "loss");
    if (!json.path("features").isInt()
        || !json.path("standardise").isBoolean()
        || !json.path("planDigest").isTextual()) {
      throw new InvalidSpecException("model", "is not the description of a shared model");
    }
    ModelSpec spec = ModelSpec.parse(model, json.path("classes").asInt());
    int features = json.get("features").intValue();
    if (spec instanceof Neural neural) {
      Network _ = neural.network(features);
    }
    return new ModelLayout(
        spec, features, json.get("standardise").booleanValue(), json.get("planDigest").textValue());
  }
}
