package io.consilium.datasets.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One mapping of a definition, read strictly: an unknown key, a missing key or a value of the wrong
 * type is an {@link InvalidDefinitionException} that names the path of the key.
 */
public final class DefinitionNode {
  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d{1,30},\\d{1,30}");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,30}");

  private final JsonNode node;
  private final String path;

  private DefinitionNode(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /**
   * A mapping that may have only the given keys.
   *
   * @param path how errors name this mapping
   * @param known every key that is allowed here
   */
  public static DefinitionNode of(JsonNode node, String path, Set<String> known)
      throws InvalidDefinitionException {
    DefinitionNode mapping = mapping(node, path);
    for (String key : mapping.keys()) {
      if (!known.contains(key)
          && DIGITS.matcher(key).matches()
          && node.get(key).asText("").isEmpty()) {
        throw new InvalidDefinitionException(
            mapping.pathOf(key),
            "a number stands where a key should; if it follows a decimal comma, write a point");
      }
      if (!known.contains(key)) {
        throw new InvalidDefinitionException(
            mapping.pathOf(key),
            "unknown key" + Suggestion.hint(key, known.stream().sorted().toList()));
      }
    }
    return mapping;
  }

  /** A mapping whose keys are names that its author chose. */
  public static DefinitionNode mapping(JsonNode node, String path)
      throws InvalidDefinitionException {
    if (!node.isObject()) {
      throw new InvalidDefinitionException(path, "must be a mapping of keys to values");
    }
    return new DefinitionNode(node, path);
  }

  public String path() {
    return path;
  }

  public String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** The value as it stands, for a part that somebody else interprets. */
  public JsonNode required(String key) throws InvalidDefinitionException {
    if (!has(key)) {
      throw new InvalidDefinitionException(
          path.isEmpty() ? key : path, "needs the key '" + key + "'");
    }
    return node.get(key);
  }

  public Optional<JsonNode> optional(String key) {
    return has(key) ? Optional.of(node.get(key)) : Optional.empty();
  }

  public DefinitionNode object(String key, Set<String> known) throws InvalidDefinitionException {
    return of(required(key), pathOf(key), known);
  }

  public DefinitionNode object(String key) throws InvalidDefinitionException {
    return mapping(required(key), pathOf(key));
  }

  public String text(String key) throws InvalidDefinitionException {
    JsonNode value = required(key);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new InvalidDefinitionException(pathOf(key), "must be a text");
    }
    return value.textValue();
  }

  public Optional<String> optionalText(String key) throws InvalidDefinitionException {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  public boolean flag(String key, boolean otherwise) throws InvalidDefinitionException {
    if (!has(key)) {
      return otherwise;
    }
    if (!node.get(key).isBoolean()) {
      throw new InvalidDefinitionException(pathOf(key), "must be true or false");
    }
    return node.get(key).booleanValue();
  }

  public BigDecimal number(String key) throws InvalidDefinitionException {
    JsonNode value = required(key);
    if (value.isTextual() && DECIMAL_COMMA.matcher(value.textValue()).matches()) {
      throw new InvalidDefinitionException(
          pathOf(key),
          "has a decimal comma; write a point: " + value.textValue().replace(',', '.'));
    }
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw new InvalidDefinitionException(pathOf(key), "must be a number");
    }
    return value.decimalValue();
  }

  public int integer(String key, int min, int max) throws InvalidDefinitionException {
    JsonNode value = required(key);
    if (!value.canConvertToInt()
        || !value.isIntegralNumber()
        || value.intValue() < min
        || value.intValue() > max) {
      throw new InvalidDefinitionException(
          pathOf(key), "must be a whole number from " + min + " to " + max);
    }
    return value.intValue();
  }

  /**
   * A list of texts, in Unicode's composed form. Whole numbers count as texts, because {@code [1,
   * 2]} is how people write category codes; true, false and 1.5 must be quoted, because YAML would
   * rewrite them.
   */
  public List<String> texts(String key) throws InvalidDefinitionException {
    List<String> texts = new ArrayList<>();
    int index = 0;
    for (JsonNode item : array(key)) {
      if (!item.isTextual() && !item.isIntegralNumber()) {
        throw new InvalidDefinitionException(
            pathOf(key) + "[" + index + "]", "must be a text; put it in quotes");
      }
      texts.add(Normalizer.normalize(item.asText(), Normalizer.Form.NFC));
      index++;
    }
    return texts;
  }

  public JsonNode array(String key) throws InvalidDefinitionException {
    JsonNode value = required(key);
    if (!value.isArray()) {
      throw new InvalidDefinitionException(pathOf(key), "must be a list");
    }
    return value;
  }

  /** One of a fixed set of words, written as its enum constant is printed. */
  public <E extends Enum<E>> E choice(String key, List<E> choices)
      throws InvalidDefinitionException {
    String word = text(key);
    List<String> words = choices.stream().map(Object::toString).toList();
    int index = words.indexOf(word);
    if (index < 0) {
      throw new InvalidDefinitionException(
          pathOf(key), "'" + word + "' is not known" + Suggestion.hint(word, words));
    }
    return choices.get(index);
  }
}
