package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** One mapping, read strictly: errors name the path of the key and the key that was meant. */
final class SpecNode {
  /** More edits than this, and the word was not a slip of the finger. */
  private static final int EDITS_MAX = 2;

  /** Longer words are not compared, so the work stays small whatever a file contains. */
  private static final int WORD_LENGTH_MAX = 64;

  private final JsonNode node;
  private final String path;

  private SpecNode(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  static SpecNode of(JsonNode node, String path, List<String> known) throws InvalidSpecException {
    if (!node.isObject()) {
      throw new InvalidSpecException(path, "must be a mapping of keys to values");
    }
    SpecNode mapping = new SpecNode(node, path);
    for (Iterator<String> keys = node.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!known.contains(key)) {
        throw new InvalidSpecException(mapping.pathOf(key), "unknown key" + hint(key, known));
      }
    }
    return mapping;
  }

  String pathOf(String key) {
    return path + "." + key;
  }

  Optional<JsonNode> optional(String key) {
    return node.hasNonNull(key) ? Optional.of(node.get(key)) : Optional.empty();
  }

  JsonNode required(String key) throws InvalidSpecException {
    return optional(key)
        .orElseThrow(() -> new InvalidSpecException(path, "needs the key '" + key + "'"));
  }

  int integer(String key, int min, int max) throws InvalidSpecException {
    JsonNode value = required(key);
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      throw new InvalidSpecException(
          pathOf(key), "must be a whole number from " + min + " to " + max);
    }
    return value.intValue();
  }

  int integer(String key, int min, int max, int otherwise) throws InvalidSpecException {
    return optional(key).isPresent() ? integer(key, min, max) : otherwise;
  }

  long wholeNumber(String key, long otherwise) throws InvalidSpecException {
    if (optional(key).isEmpty()) {
      return otherwise;
    }
    JsonNode value = node.get(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new InvalidSpecException(pathOf(key), "must be a whole number of 64 bits");
    }
    return value.longValue();
  }

  double number(String key) throws InvalidSpecException {
    return number(required(key), pathOf(key));
  }

  double number(String key, double otherwise) throws InvalidSpecException {
    return optional(key).isPresent() ? number(key) : otherwise;
  }

  /** A number from 0 up to but not 1. */
  double part(String key, double otherwise) throws InvalidSpecException {
    double value = number(key, otherwise);
    if (!(value >= 0 && value < 1)) {
      throw new InvalidSpecException(pathOf(key), "must be from 0 and below 1");
    }
    return value;
  }

  static double number(JsonNode value, String path) throws InvalidSpecException {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new InvalidSpecException(path, "must be a number");
    }
    return value.doubleValue();
  }

  boolean flag(String key, boolean otherwise) throws InvalidSpecException {
    if (optional(key).isEmpty()) {
      return otherwise;
    }
    if (!node.get(key).isBoolean()) {
      throw new InvalidSpecException(pathOf(key), "must be true or false");
    }
    return node.get(key).booleanValue();
  }

  String word(String key, List<String> known) throws InvalidSpecException {
    return word(required(key), pathOf(key), known);
  }

  static String word(JsonNode value, String path, List<String> known) throws InvalidSpecException {
    if (!value.isTextual()) {
      throw new InvalidSpecException(path, "must be one of " + String.join(", ", known));
    }
    String word = value.textValue();
    if (!known.contains(word)) {
      throw new InvalidSpecException(path, "'" + word + "' is not known" + hint(word, known));
    }
    return word;
  }

  /** The known word that was probably meant, or all known words. */
  static String hint(String unknown, List<String> known) {
    return known.stream()
        .filter(word -> unknown.length() <= WORD_LENGTH_MAX)
        .filter(word -> edits(unknown, word) <= (word.length() <= 3 ? 1 : EDITS_MAX))
        .findFirst()
        .map(word -> "; did you mean '" + word + "'?")
        .orElse("; known here: " + String.join(", ", known));
  }

  /** Edit distance of Levenshtein, without regard to case. */
  private static int edits(String first, String second) {
    int[] above = new int[second.length() + 1];
    for (int i = 0; i <= first.length(); i++) {
      int[] row = new int[second.length() + 1];
      row[0] = i;
      for (int j = 1; j <= second.length(); j++) {
        int insertion = i == 0 ? j : Math.min(row[j - 1], above[j]) + 1;
        row[j] = i == 0 ? insertion : Math.min(insertion, above[j - 1] + cost(first, i, second, j));
      }
      above = row;
    }
    return above[second.length()];
  }

  private static int cost(String first, int i, String second, int j) {
    char a = Character.toLowerCase(first.charAt(i - 1));
    char b = Character.toLowerCase(second.charAt(j - 1));
    return a == b ? 0 : 1;
  }
}
