package io.consilium.inference.onnx;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an imported network answers with. The owner of the model chooses; the less an answer says,
 * the less can be learnt about the model by asking.
 *
 * @param count how many classes are named, for {@link Kind#TOP_K}; else 1
 */
public record OutputRule(Kind kind, int count) {
  /** The most classes that one answer names. */
  public static final int COUNT_MAX = 100;

  /** All outputs as the graph gives them. */
  public static final OutputRule LOGITS = new OutputRule(Kind.LOGITS, 1);

  /** The number of the largest class and nothing else. */
  public static final OutputRule CLASS = new OutputRule(Kind.CLASS, 1);

  /** How much of the first output an answer tells. */
  public enum Kind {
    /** All outputs of the graph, as it gives them. */
    @JsonProperty("logits")
    LOGITS("logits"),
    /** The first output as probabilities: with a softmax behind it if the graph has none. */
    @JsonProperty("probabilities")
    PROBABILITIES("probabilities"),
    /** The number of the class with the largest output, found on shares. */
    @JsonProperty("class")
    CLASS("class"),
    /** The numbers of the classes with the largest outputs, largest first, found on shares. */
    @JsonProperty("topK")
    TOP_K("topK");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word in manifests and policies. */
    public String word() {
      return word;
    }

    /** The kind with this word. */
    public static Optional<Kind> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
    }

    /** All words, for messages. */
    public static String words() {
      return Arrays.stream(values()).map(Kind::word).collect(Collectors.joining(", "));
    }
  }

  public OutputRule {
    int most = kind == Kind.TOP_K ? COUNT_MAX : 1;
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          "an answer of the kind %s names 1 to %d classes, not %d"
              .formatted(kind.word(), most, count));
    }
  }

  /** Whether answers are numbers of classes. */
  public boolean namesClasses() {
    return kind == Kind.CLASS || kind == Kind.TOP_K;
  }
}
