package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The kind of model. All are linear in the prepared features; they differ in what follows. */
public sealed interface ModelSpec {
  /** Classes of a softmax model, at most. */
  int CLASSES_MAX = 64;

  /** A number as label; squared error. */
  record Linear() implements ModelSpec {
    @Override
    public String type() {
      return "linear";
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
    public int outputs() {
      return classes;
    }
  }

  /** The word in the manifest. */
  String type();

  /** Columns of the weight matrix: linear predictors a record. */
  int outputs();

  /** Classes of the label; 0 for a number. */
  int classes();

  /**
   * Reads {@code model} of a manifest.
   *
   * @param labelClasses how many categories the label of the schema has; 0 for a number
   */
  static ModelSpec parse(JsonNode model, int labelClasses) throws InvalidSpecException {
    SpecNode node = SpecNode.of(model, "model", List.of("type", "classes"));
    String type = node.word("type", List.of("linear", "logistic", "softmax"));
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
      default -> {
        require(
            labelClasses >= 2 && labelClasses <= CLASSES_MAX,
            "a softmax model needs a label of 2 to " + CLASSES_MAX + " categories");
        yield new Softmax(labelClasses);
      }
    };
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
