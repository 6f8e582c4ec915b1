package io.consilium.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of several kinds of a thing, with the keys of its kind. Written as a word, {@code relu}; as a
 * mapping with a single key, {@code dense: {units: 16}}; or as a mapping with its kind among the
 * keys, {@code {type: dense, units: 16}}.
 */
record Variant(String type, SpecNode keys) {
  private static final String TYPE = "type";

  /**
   * Reads one.
   *
   * @param kinds the keys of every kind; a kind whose first key holds a list may be written with
   *     the list alone, {@code residual: [...]}
   */
  static Variant of(JsonNode value, String path, Map<String, List<String>> kinds)
      throws InvalidSpecException {
    List<String> types = List.copyOf(kinds.keySet());
    if (value.isTextual()) {
      String type = SpecNode.word(value, path, types);
      return new Variant(
          type,
          SpecNode.of(JsonNodeFactory.instance.objectNode(), path + "." + type, kinds.get(type)));
    }
    if (value.hasNonNull(TYPE)) {
      String type = SpecNode.word(value.get(TYPE), path + "." + TYPE, types);
      List<String> known = new ArrayList<>(kinds.get(type));
      known.add(TYPE);
      return new Variant(type, SpecNode.of(value, path, known));
    }
    if (!value.isObject() || value.size() != 1) {
      throw new InvalidSpecException(
          path,
          "must be a word, a mapping with a single key, or a mapping with the key 'type'; known"
              + " here: "
              + String.join(", ", types));
    }
    String key = value.fieldNames().next();
    String inner = path + "." + key;
    String type = SpecNode.word(JsonNodeFactory.instance.textNode(key), inner, types);
    return new Variant(
        type, SpecNode.of(mapping(value.get(key), kinds.get(type)), inner, kinds.get(type)));
  }

  private static JsonNode mapping(JsonNode value, List<String> keys) {
    if (value.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    return value.isArray() && !keys.isEmpty()
        ? JsonNodeFactory.instance.objectNode().set(keys.getFirst(), value)
        : value;
  }
}
