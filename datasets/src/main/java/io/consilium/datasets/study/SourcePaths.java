package io.consilium.datasets.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The paths in the definition of a data set, whatever the type of its source. */
final class SourcePaths {
  private static final List<String> KEYS = List.of("path", "images", "labels", "directory");

  private final ObjectNode source;

  SourcePaths(ObjectNode definition) {
    this.source = definition.withObject("source");
  }

  /** As they stand. */
  List<String> all() {
    List<String> paths = new ArrayList<>();
    for (String key : KEYS) {
      JsonNode value = source.path(key);
      if (value.isArray()) {
        value.forEach(path -> paths.add(path.asText()));
      } else if (value.isTextual()) {
        paths.add(value.asText());
      }
    }
    return paths;
  }

  /** Makes them paths below a directory. */
  void resolve(Path directory) {
    for (String key : KEYS) {
      JsonNode value = source.path(key);
      if (value.isArray()) {
        ArrayNode resolved = source.arrayNode();
        value.forEach(path -> resolved.add(directory.resolve(path.asText()).toString()));
        source.set(key, resolved);
      } else if (value.isTextual()) {
        source.put(key, directory.resolve(value.asText()).toString());
      }
    }
  }
}
