package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Trainings before the one of the model, each without a fold of the training rows, on which it is
 * judged.
 *
 * @param folds how many parts the training rows of each site are divided into
 */
public record CrossValidation(int folds) {
  public static final int FOLDS_MAX = 20;

  static CrossValidation parse(JsonNode value, String path) throws InvalidSpecException {
    return new CrossValidation(
        SpecNode.of(value, path, List.of("folds")).integer("folds", 2, FOLDS_MAX));
  }

  ObjectNode toJson() {
    return JsonNodeFactory.instance.objectNode().put("folds", folds);
  }
}
