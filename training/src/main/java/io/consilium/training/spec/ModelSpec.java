package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The kind of model. A network is made of layers; all others are linear in the prepared features
 * and differ in what follows.
 */
public sealed interface ModelSpec
    permits ModelSpec.Linear, ModelSpec.Logistic, ModelSpec.Softmax, Neural {
  /** Classes of a softmax model, at most. */
  int CLASSES_MAX = 64;

  /** The words in the manifest. */
  List<String> TYPES = List.of("linear", "logistic", "softmax", Neural.TYPE);

  /** A number as label; squared error. */
  record Linear() implements ModelSpec {
    @Override
    public String type() {
      return "linear";
    }

    @Override
    public Target target() {
      return Target.NUMBER;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public int classes() {
      return 0;
    }
  }

  /** Two classes, 0 and 1; log loss. */
  record Logistic() implements ModelSpec {
    @Override
    public String type() {
      return "logistic";
    }

    @Override
    public Target target() {
      return Target.TWO_CLASSES;
    }

    @Override
    public int outputs() {
      return 1;
    }

    @Override
    public int classes() {
      return 2;
    }
  }

  /** Two or more classes; cross-entropy. */
  record Softmax(int classes) implements ModelSpec {
    public Softmax {
      if (classes < 2 || classes > CLASSES_MAX) {
        throw new IllegalArgumentException("classes must be 2 to " + CLASSES_MAX);
      }
    }

    @Override
    public String type() {
      return "softmax";
    }

    @Override
    public Target target() {
      return Target.CLASSES;
    }

    @Override
    public int outputs() {
      return classes;
    }
  }

  /** The word in the manifest. */
  String type();

  /** What the label is and what the outputs mean. */
  Target target();

  /** Outputs a record: linear predictors, or values of the last layer. */
  int outputs();

  /** Classes of the label; 0 for a number. */
  int classes();

  /**
   * Reads {@code model} of a manifest.
   *
   * @param labelClasses how many categories the label of the schema has; 0 for a number
   */
  static ModelSpec parse(JsonNode model, int labelClasses) throws InvalidSpecException {
    SpecNode node = SpecNode.of(model, "model", keys(model));
    String type = node.word("type", TYPES);
    if (node.integer("classes", 0, CLASSES_MAX, labelClasses) != labelClasses) {
      throw new InvalidSpecException(
          "model.classes", "the label of the schema has " + labelClasses + " categories");
    }
    return switch (type) {
      case "linear" -> {
        require(labelClasses == 0, "a linear model needs a number as label, not categories");
        yield new Linear();
      }
      case "logistic" -> {
        require(
            labelClasses == 2,
            "a logistic model needs a label of two categories, not "
                + (labelClasses == 0 ? "a number" : labelClasses)
                + "; try softmax or linear");
        yield new Logistic();
      }
      case Neural.TYPE -> Neural.parse(node, labelClasses);
      default -> {
        require(
            labelClasses >= 2 && labelClasses <= CLASSES_MAX,
            "a softmax model needs a label of 2 to " + CLASSES_MAX + " categories");
        yield new Softmax(labelClasses);
      }
    };
  }

  private static List<String> keys(JsonNode model) {
    return model.path("type").asText().equals(Neural.TYPE)
        ? List.of("type", "classes", "input", "layers", "loss")
        : List.of("type", "classes");
  }

  private static void require(boolean condition, String problem) throws InvalidSpecException {
    if (!condition) {
      throw new InvalidSpecException("model.type", problem);
    }
  }

  default ObjectNode toJson() {
    return JsonNodeFactory.instance.objectNode().put("type", type()).put("classes", classes());
  }
}
