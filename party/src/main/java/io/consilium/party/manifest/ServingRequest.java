package io.consilium.party.manifest;

import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.definition.Suggestion;
import io.consilium.inference.AnswerRule;
import io.consilium.inference.onnx.OutputRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a manifest says under {@code serving}.
 *
 * @param allowed whether the model is to answer questions
 * @param answers what an answer tells
 */
public record ServingRequest(boolean allowed, AnswerRule answers) {
  private static final String SERVING = "serving";
  private static final String OUTPUT = "output";
  private static final String COUNT = "k";

  /**
   * Reads it.
   *
   * @param classes how many categories the label has; 0 for a number
   * @throws InvalidDefinitionException if a model with such a label cannot answer like that
   */
  static ServingRequest parse(DefinitionNode root, int classes) throws InvalidDefinitionException {
    AnswerRule standard = AnswerRule.standard(classes > 0);
    if (!root.has(SERVING)) {
      return new ServingRequest(false, standard);
    }
    DefinitionNode node = root.object(SERVING, Set.of("allowed", OUTPUT, COUNT));
    Optional<String> word = node.optionalText(OUTPUT);
    if (word.isPresent()) {
      requireKnown(node, word.get(), classes);
    }
    Optional<OutputRule.Kind> kind = word.flatMap(OutputRule.Kind::of);
    if (node.has(COUNT) && kind.filter(k -> k == OutputRule.Kind.TOP_K).isEmpty()) {
      throw new InvalidDefinitionException(
          node.pathOf(COUNT), "goes with output: " + OutputRule.Kind.TOP_K.word() + " only");
    }
    return new ServingRequest(
        node.flag("allowed", false),
        kind.isPresent() ? new AnswerRule.Classes(rule(node, kind.get(), classes)) : standard);
  }

  private static void requireKnown(DefinitionNode node, String word, int classes)
      throws InvalidDefinitionException {
    List<String> words = AnswerRule.words(classes > 0);
    if (words.contains(word)) {
      return;
    }
    throw new InvalidDefinitionException(
        node.pathOf(OUTPUT),
        AnswerRule.words().contains(word)
            ? "a model that predicts "
                + (classes > 0 ? "classes" : "a number")
                + " cannot answer with '"
                + word
                + "', only with "
                + String.join(", ", words)
            : "'" + word + "' is not known" + Suggestion.hint(word, words));
  }

  private static OutputRule rule(DefinitionNode node, OutputRule.Kind kind, int classes)
      throws InvalidDefinitionException {
    return switch (kind) {
      case LOGITS, PROBABILITIES, CLASS -> new OutputRule(kind, 1);
      case TOP_K ->
          new OutputRule(kind, node.integer(COUNT, 1, Math.min(classes, OutputRule.COUNT_MAX)));
    };
  }
}
