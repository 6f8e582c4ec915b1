package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.protocols.Shape;
import io.consilium.training.network.AveragePool;
import io.consilium.training.network.BatchNorm;
import io.consilium.training.network.Concatenation;
import io.consilium.training.network.Conv;
import io.consilium.training.network.Dense;
import io.consilium.training.network.Dropout;
import io.consilium.training.network.Flatten;
import io.consilium.training.network.Gelu;
import io.consilium.training.network.GlobalAveragePool;
import io.consilium.training.network.Initialisation;
import io.consilium.training.network.Layer;
import io.consilium.training.network.LeakyRelu;
import io.consilium.training.network.MaxPool;
import io.consilium.training.network.Relu;
import io.consilium.training.network.Residual;
import io.consilium.training.network.Sigmoid;
import io.consilium.training.network.Softmax;
import io.consilium.training.network.Tanh;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The layers of a network as a manifest writes them. */
public final class LayerSpec {
  /** Units of a dense layer. */
  private static final int UNITS_MAX = 1 << 14;

  /** Layers of one list. */
  private static final int LAYERS_MAX = 128;

  /** Lists of layers within layers. */
  private static final int DEPTH_MAX = 8;

  private static final double SLOPE_DEFAULT = 0.01;
  private static final String INIT_DEFAULT = "glorot";

  private static final Map<String, List<String>> KINDS = kinds();

  private LayerSpec() {}

  private static Map<String, List<String>> kinds() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    kinds.put("dense", List.of("units", "init"));
    kinds.put("relu", List.of());
    kinds.put("leakyRelu", List.of("slope"));
    kinds.put("sigmoid", List.of());
    kinds.put("tanh", List.of());
    kinds.put("gelu", List.of());
    kinds.put("softmax", List.of());
    kinds.put("batchNorm", List.of("momentum", "epsilon", "frozen"));
    kinds.put("dropout", List.of("probability", "seed"));
    kinds.put("flatten", List.of());
    kinds.put(
        "conv", List.of("filters", "kernel", "stride", "padding", "dilation", "groups", "init"));
    kinds.put("maxPool", List.of("size", "stride", "padding"));
    kinds.put("averagePool", List.of("size", "stride", "padding"));
    kinds.put("globalAveragePool", List.of());
    kinds.put("residual", List.of("layers"));
    kinds.put("concatenation", List.of("branches"));
    return kinds;
  }

  /** Reads a list of layers. */
  static List<Layer> parse(JsonNode list, String path) throws InvalidSpecException {
    return parse(list, path, 1);
  }

  private static List<Layer> parse(JsonNode list, String path, int depth)
      throws InvalidSpecException {
    requireList(list, path);
    if (depth > DEPTH_MAX) {
      throw new InvalidSpecException(
          path, "layers may lie within each other " + DEPTH_MAX + " deep");
    }
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      layers.add(layer(Variant.of(list.get(i), at(path, i), KINDS), depth));
    }
    return layers;
  }

  private static void requireList(JsonNode list, String path) throws InvalidSpecException {
    if (!list.isArray() || list.size() > LAYERS_MAX) {
      throw new InvalidSpecException(path, "must be a list of at most " + LAYERS_MAX);
    }
  }

  private static String at(String path, int index) {
    return path + "[" + index + "]";
  }

  private static Layer layer(Variant variant, int depth) throws InvalidSpecException {
    SpecNode keys = variant.keys();
    return switch (variant.type()) {
      case "dense" -> new Dense(keys.integer("units", 1, UNITS_MAX), initialisation(keys));
      case "relu" -> new Relu();
      case "leakyRelu" -> new LeakyRelu(keys.part("slope", SLOPE_DEFAULT));
      case "sigmoid" -> new Sigmoid();
      case "tanh" -> new Tanh();
      case "gelu" -> new Gelu();
      case "softmax" -> new Softmax();
      case "batchNorm" ->
          new BatchNorm(
              keys.part("momentum", BatchNorm.MOMENTUM_DEFAULT),
              epsilon(keys),
              keys.flag("frozen", false));
      case "dropout" -> {
        keys.required("probability");
        yield new Dropout(keys.part("probability", 0), keys.wholeNumber("seed", 0));
      }
      case "flatten" -> new Flatten();
      case "conv" ->
          new Conv(
              keys.integer("filters", 1, UNITS_MAX),
              WindowSpec.ofConvolution(keys),
              keys.integer("groups", 1, UNITS_MAX, 1),
              initialisation(keys));
      case "maxPool" -> new MaxPool(WindowSpec.ofPool(keys));
      case "averagePool" -> new AveragePool(WindowSpec.ofPool(keys));
      case "globalAveragePool" -> new GlobalAveragePool();
      case "residual" -> {
        String path = keys.pathOf("layers");
        yield new Residual(nonEmpty(parse(keys.required("layers"), path, depth + 1), path));
      }
      case "concatenation" -> {
        JsonNode branches = keys.required("branches");
        String path = keys.pathOf("branches");
        requireList(branches, path);
        List<List<Layer>> lists = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
          lists.add(parse(branches.get(i), at(path, i), depth + 1));
        }
        yield new Concatenation(nonEmpty(lists, path));
      }
      default -> throw new IllegalStateException("no layer " + variant.type());
    };
  }

  private static double epsilon(SpecNode keys) throws InvalidSpecException {
    double epsilon = keys.number("epsilon", BatchNorm.EPSILON_DEFAULT);
    if (!(epsilon >= BatchNorm.EPSILON_MIN && epsilon <= 1)) {
      throw new InvalidSpecException(
          keys.pathOf("epsilon"), "must be from " + BatchNorm.EPSILON_MIN + " and at most 1");
    }
    return epsilon;
  }

  private static <T> List<T> nonEmpty(List<T> list, String path) throws InvalidSpecException {
    if (list.isEmpty()) {
      throw new InvalidSpecException(path, "must not be empty");
    }
    return list;
  }

  private static Initialisation initialisation(SpecNode keys) throws InvalidSpecException {
    String word =
        keys.optional("init").isPresent()
            ? keys.word("init", List.of(INIT_DEFAULT, "he"))
            : INIT_DEFAULT;
    return word.equals("he") ? Initialisation.HE : Initialisation.GLOROT;
  }

  /** The layer with all its keys, as {@link #parse} reads it. */
  static ObjectNode toJson(Layer layer) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", type(layer));
    switch (layer) {
      case Dense dense ->
          json.put("units", dense.units())
              .put("init", dense.initialisation().name().toLowerCase(Locale.ROOT));
      case LeakyRelu leaky -> json.put("slope", leaky.slope());
      case BatchNorm norm ->
          json.put("momentum", norm.momentum())
              .put("epsilon", norm.epsilon())
              .put("frozen", norm.frozen());
      case Dropout dropout ->
          json.put("probability", dropout.probability()).put("seed", dropout.seed());
      case Conv conv -> {
        json.put("filters", conv.filters());
        WindowSpec.putConvolution(json, conv.window());
        json.put("groups", conv.groups())
            .put("init", conv.initialisation().name().toLowerCase(Locale.ROOT));
      }
      case MaxPool pool -> WindowSpec.putPool(json, pool.window());
      case AveragePool pool -> WindowSpec.putPool(json, pool.window());
      case Residual residual -> json.set("layers", toJson(residual.layers()));
      case Concatenation concatenation -> {
        ArrayNode branches = json.putArray("branches");
        concatenation.branches().forEach(branch -> branches.add(toJson(branch)));
      }
      case Relu _, Sigmoid _, Tanh _, Gelu _, Softmax _, Flatten _, GlobalAveragePool _ -> {}
    }
    return json;
  }

  static ArrayNode toJson(List<Layer> layers) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    layers.forEach(layer -> list.add(toJson(layer)));
    return list;
  }

  /** The word in the manifest. */
  public static String type(Layer layer) {
    return switch (layer) {
      case AveragePool _ -> "averagePool";
      case BatchNorm _ -> "batchNorm";
      case Concatenation _ -> "concatenation";
      case Conv _ -> "conv";
      case Dense _ -> "dense";
      case Dropout _ -> "dropout";
      case Flatten _ -> "flatten";
      case Gelu _ -> "gelu";
      case GlobalAveragePool _ -> "globalAveragePool";
      case LeakyRelu _ -> "leakyRelu";
      case MaxPool _ -> "maxPool";
      case Relu _ -> "relu";
      case Residual _ -> "residual";
      case Sigmoid _ -> "sigmoid";
      case Softmax _ -> "softmax";
      case Tanh _ -> "tanh";
    };
  }

  /**
   * The shape that layers one behind the other make of a shape.
   *
   * @throws InvalidSpecException at the layer that does not take what comes to it
   */
  static Shape output(List<Layer> layers, Shape input, String path) throws InvalidSpecException {
    Shape shape = input;
    for (int i = 0; i < layers.size(); i++) {
      shape = output(layers.get(i), shape, at(path, i));
    }
    return shape;
  }

  private static Shape output(Layer layer, Shape input, String path) throws InvalidSpecException {
    if (layer instanceof Residual residual) {
      Shape _ = output(residual.layers(), input, path + ".residual");
    }
    if (layer instanceof Concatenation concatenation) {
      for (int i = 0; i < concatenation.branches().size(); i++) {
        List<Layer> branch = concatenation.branches().get(i);
        Shape _ = output(branch, input, at(path + ".concatenation", i));
      }
    }
    try {
      return layer.output(input);
    } catch (IllegalArgumentException e) {
      throw new InvalidSpecException(path, e.getMessage());
    }
  }
}
