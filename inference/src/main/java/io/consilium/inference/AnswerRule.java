package io.consilium.inference;

import io.consilium.inference.onnx.OutputRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a model that was trained here answers with. Whoever trains it chooses; the less an answer
 * says, the less can be learnt by asking, about the model and about the records behind it.
 */
public sealed interface AnswerRule {
  /** The number that a model without classes predicts. */
  record Value() implements AnswerRule {
    private static final String WORD = "value";

    @Override
    public String word() {
      return WORD;
    }
  }

  /** What is told about classes: the same choices as for an imported network. */
  record Classes(OutputRule rule) implements AnswerRule {
    @Override
    public String word() {
      return rule.kind().word();
    }
  }

  /** The word of a card for the probability of the second of two classes alone. */
  String PROBABILITY = "probability";

  /** The word in manifests, policies and cards. */
  String word();

  /** The probabilities of all classes. */
  static AnswerRule probabilities() {
    return new Classes(new OutputRule(OutputRule.Kind.PROBABILITIES, 1));
  }

  /** What a model answers with if nothing else is asked for. */
  static AnswerRule standard(boolean hasClasses) {
    return hasClasses ? probabilities() : new Value();
  }

  /** All words that a policy may list. */
  static List<String> words() {
    List<String> words = new ArrayList<>();
    Arrays.stream(OutputRule.Kind.values()).map(OutputRule.Kind::word).forEach(words::add);
    words.add(Value.WORD);
    return words;
  }

  /** The words that there are for a model with classes, or without. */
  static List<String> words(boolean hasClasses) {
    return hasClasses
        ? words().stream().filter(word -> !word.equals(Value.WORD)).toList()
        : List.of(Value.WORD);
  }

  /**
   * What the card of a trained model says.
   *
   * @throws IllegalArgumentException if it says nothing that a trained model answers with
   */
  static AnswerRule of(ModelCard card) {
    ModelCard.Output output = card.output();
    // The probability of the second class alone has had a word of its own since before there was
    // a choice.
    String word =
        output.kind().equals(PROBABILITY) ? OutputRule.Kind.PROBABILITIES.word() : output.kind();
    if (word.equals(Value.WORD)) {
      return new Value();
    }
    OutputRule.Kind kind =
        OutputRule.Kind.of(word)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "the card of " + card.title() + " does not say what it answers with"));
    return new Classes(new OutputRule(kind, kind == OutputRule.Kind.TOP_K ? output.columns() : 1));
  }
}
