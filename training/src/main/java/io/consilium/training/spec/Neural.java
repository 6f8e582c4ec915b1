package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Shape;
import io.consilium.training.network.Layer;
import io.consilium.training.network.Loss;
import io.consilium.training.network.Network;
import io.consilium.training.network.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network of layers; its loss says what the label is.
 *
 * @param input the shape of one record before the first layer, if it is not a vector of features
 * @param classes of the label; 0 for a number
 */
public record Neural(Optional<Shape> input, List<Layer> layers, Loss loss, int classes)
    implements ModelSpec {
  static final String TYPE = "network";

  /** Numbers that are trained, so that a manifest cannot fill the memory. */
  private static final int PARAMETERS_MAX = 1 << 22;

  private static final int RANK_MAX = 4;
  private static final String LAYERS = "model.layers";

  public Neural {
    layers = List.copyOf(layers);
  }

  static Neural parse(SpecNode node, int classes) throws InvalidSpecException {
    Loss loss = LossSpec.parse(node.required("loss"), node.pathOf("loss"));
    requireLabel(LossSpec.target(loss), classes, node.pathOf("loss"));
    Optional<JsonNode> input = node.optional("input");
    return new Neural(
        input.isPresent()
            ? Optional.of(shape(input.get(), node.pathOf("input")))
            : Optional.empty(),
        LayerSpec.parse(node.required("layers"), node.pathOf("layers")),
        loss,
        classes);
  }

  private static void requireLabel(Target target, int classes, String path)
      throws InvalidSpecException {
    String label = classes == 0 ? "a number" : "one of " + classes + " categories";
    String wanted =
        switch (target) {
          case NUMBER -> classes == 0 ? "" : "a number; try softmaxCrossEntropy";
          case TWO_CLASSES ->
              classes == 2
                  ? ""
                  : "two categories; try " + (classes == 0 ? "huber" : "softmaxCrossEntropy");
          case CLASSES ->
              classes >= 2 && classes <= CLASSES_MAX
                  ? ""
                  : "one of 2 to " + CLASSES_MAX + " categories; try meanSquaredError for a number";
        };
    if (!wanted.isEmpty()) {
      throw new InvalidSpecException(
          path, "the label of the schema is " + label + ", and this loss needs " + wanted);
    }
  }

  private static Shape shape(JsonNode value, String path) throws InvalidSpecException {
    List<Integer> dimensions = new ArrayList<>();
    for (JsonNode dimension : value) {
      dimensions.add(dimension.isInt() ? dimension.intValue() : 0);
    }
    boolean right =
        value.isArray()
            && !dimensions.isEmpty()
            && dimensions.size() <= RANK_MAX
            && dimensions.stream().allMatch(d -> d >= 1 && d <= 1 << 14)
            && dimensions.stream().mapToLong(d -> d).reduce(1, (a, b) -> a * b) <= 1 << 14;
    if (!right) {
      throw new InvalidSpecException(
          path,
          "must be a list of 1 to " + RANK_MAX + " whole numbers from 1, such as [1, 28, 28]");
    }
    return new Shape(dimensions);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Target target() {
    return LossSpec.target(loss);
  }

  @Override
  public int outputs() {
    return target() == Target.CLASSES ? classes : 1;
  }

  /**
   * The network for so many features.
   *
   * @throws InvalidSpecException at the layer that does not fit
   */
  public Network network(int features) throws InvalidSpecException {
    Shape row = input.orElse(Shape.vector(features));
    if (row.size() != features) {
      throw new InvalidSpecException(
          "model.input",
          row + " is " + row.size() + " values, and the schema has " + features + " features");
    }
    Shape output = LayerSpec.output(layers, row, LAYERS);
    if (!output.equals(Shape.vector(outputs()))) {
      throw new InvalidSpecException(
          LAYERS,
          "the last layer gives %s, and the label needs %s"
              .formatted(output, Shape.vector(outputs())));
    }
    try {
      Network network = new Network(row, layers, loss);
      requireSize(network);
      return network;
    } catch (IllegalArgumentException e) {
      throw new InvalidSpecException(LAYERS, e.getMessage());
    }
  }

  private static void requireSize(Network network) throws InvalidSpecException {
    long size = 0;
    for (Parameter parameter : network.parameters()) {
      size += parameter.shape().size();
    }
    if (size > PARAMETERS_MAX) {
      throw new InvalidSpecException(
          LAYERS, size + " parameters; there may be at most " + PARAMETERS_MAX);
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = ModelSpec.super.toJson();
    input.ifPresent(shape -> {
      ArrayNode dimensions = json.putArray("input");
      shape.dimensions().forEach(dimensions::add);
    });
    json.set("layers", LayerSpec.toJson(layers));
    json.set("loss", LossSpec.toJson(loss));
    return json;
  }
}
