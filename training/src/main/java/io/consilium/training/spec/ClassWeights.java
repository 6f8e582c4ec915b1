package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** How much a record counts, by its class. */
public sealed interface ClassWeights {
  /** No class weighs more; heavier ones are cut to it, so that the ring never overflows. */
  double WEIGHT_MAX = 64;

  JsonNode toJson();

  /** Whether they follow from the rows of each class. */
  default boolean dependsOnRows() {
    return this instanceof Balanced;
  }

  /** Every record counts 1. */
  record None() implements ClassWeights {
    @Override
    public JsonNode toJson() {
      return new TextNode("none");
    }
  }

  /**
   * rows / (classes * rows of the class), at most {@link #WEIGHT_MAX}. The rows of a class stay
   * secret.
   */
  record Balanced() implements ClassWeights {
    @Override
    public JsonNode toJson() {
      return new TextNode("balanced");
    }
  }

  /** One public weight a class. */
  record Given(List<Double> weights) implements ClassWeights {
    public Given {
      weights = List.copyOf(weights);
    }

    @Override
    public JsonNode toJson() {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      weights.forEach(array::add);
      return array;
    }
  }

  /** Reads {@code none}, {@code balanced} or a list with one number a class. */
  static ClassWeights parse(JsonNode value, String path, int classes) throws InvalidSpecException {
    ClassWeights weights = value.isArray() ? given(value, path) : word(value, path);
    if (!(weights instanceof None) && classes == 0) {
      throw new InvalidSpecException(
          path, "a label that is a number has no classes; leave the key out");
    }
    if (weights instanceof Given given && given.weights().size() != classes) {
      throw new InvalidSpecException(
          path, "must be one number for each of " + classes + " classes");
    }
    return weights;
  }

  private static ClassWeights word(JsonNode value, String path) throws InvalidSpecException {
    String word = SpecNode.word(value, path, List.of("none", "balanced"));
    return word.equals("none") ? new None() : new Balanced();
  }

  private static ClassWeights given(JsonNode value, String path) throws InvalidSpecException {
    List<Double> weights = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      String place = path + "[" + i + "]";
      double weight = SpecNode.number(value.get(i), place);
      if (weight < 0 || weight > WEIGHT_MAX) {
        throw new InvalidSpecException(place, "must be from 0 to " + WEIGHT_MAX);
      }
      weights.add(weight);
    }
    return new Given(weights);
  }
}
