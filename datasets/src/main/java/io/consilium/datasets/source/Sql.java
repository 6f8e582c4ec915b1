package io.consilium.datasets.source;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Literals and names of the query engine's SQL. */
final class Sql {
  private Sql() {}

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  static String name(String text) {
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }

  static String literals(Collection<String> texts) {
    return texts.stream().map(Sql::literal).collect(Collectors.joining(", ", "[", "]"));
  }

  static String paths(Collection<Path> paths) {
    return literals(paths.stream().map(Path::toString).toList());
  }
}
