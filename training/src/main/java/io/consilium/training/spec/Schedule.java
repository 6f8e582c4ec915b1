package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How the learning rate changes from epoch to epoch. */
public sealed interface Schedule {
  /** What the learning rate is multiplied by in an epoch, from 0 on; at most 1. */
  double factor(int epoch, int epochs);

  ObjectNode toJson();

  /** Always the learning rate. */
  record Constant() implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      return 1;
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance.objectNode().put("type", "constant");
    }
  }

  /** Multiplied by a factor after every so many epochs. */
  record Step(int everyEpochs, double factor) implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      int steps = epoch / everyEpochs;
      return StrictMath.pow(factor, steps);
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("type", "step")
          .put("every", everyEpochs)
          .put("factor", factor);
    }
  }

  /** (1 + cos(pi epoch / epochs)) / 2: from 1 down to nearly 0. */
  record Cosine() implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      return (1 + StrictMath.cos(StrictMath.PI * epoch / epochs)) / 2;
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance.objectNode().put("type", "cosine");
    }
  }

  /**
   * In equal steps up to the learning rate, which the first epoch after them has (Goyal et al.,
   * arXiv 1706.02677); from there on another schedule, over the epochs that are left.
   */
  record WarmUp(int warmUpEpochs, Schedule then) implements Schedule {
    @Override
    public double factor(int epoch, int epochs) {
      return epoch < warmUpEpochs
          ? (epoch + 1.0) / (warmUpEpochs + 1)
          : then.factor(epoch - warmUpEpochs, epochs - warmUpEpochs);
    }

    @Override
    public ObjectNode toJson() {
      return then.toJson().put("warmUp", warmUpEpochs);
    }
  }

  /**
   * Reads a word, or a mapping such as {@code {type: step, every: 5, factor: 0.5, warmUp: 2}}.
   *
   * @param epochs of the training, more than those of a warm-up
   */
  static Schedule parse(JsonNode value, String path, int epochs) throws InvalidSpecException {
    List<String> words = List.of("constant", "step", "cosine");
    if (value.isTextual()) {
      return ofWord(SpecNode.word(value, path, words));
    }
    SpecNode node = SpecNode.of(value, path, List.of("type", "every", "factor", "warmUp"));
    Schedule then = parse(node, path, words);
    if (node.optional("warmUp").isEmpty()) {
      return then;
    }
    int warmUp = node.integer("warmUp", 0, TrainingSpec.EPOCHS_MAX, 0);
    if (warmUp >= epochs) {
      throw new InvalidSpecException(
          node.pathOf("warmUp"), "must leave some of the %d epochs".formatted(epochs));
    }
    return warmUp == 0 ? then : new WarmUp(warmUp, then);
  }

  private static Schedule parse(SpecNode node, String path, List<String> words)
      throws InvalidSpecException {
    if (!node.word("type", words).equals("step")) {
      if (node.optional("every").isPresent() || node.optional("factor").isPresent()) {
        throw new InvalidSpecException(path, "'every' and 'factor' belong to the schedule step");
      }
      return ofWord(node.word("type", words));
    }
    double factor = node.number("factor", 0.5);
    if (factor <= 0 || factor > 1) {
      throw new InvalidSpecException(node.pathOf("factor"), "must be above 0 and at most 1");
    }
    return new Step(node.integer("every", 1, TrainingSpec.EPOCHS_MAX, 10), factor);
  }

  private static Schedule ofWord(String word) {
    return switch (word) {
      case "step" -> new Step(10, 0.5);
      case "cosine" -> new Cosine();
      default -> new Constant();
    };
  }
}
