package io.consilium.datasets.source;

import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import io.consilium.datasets.definition.Suggestion;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the {@code source} of a data set's definition. */
final class SourceReader {
  private static final List<String> TYPES = List.of("csv", "parquet", "ndjson", "jdbc");
  private static final int TOKENS_MAX = 100;

  private final Path directory;

  /**
   * @param directory what relative paths are relative to
   */
  SourceReader(Path directory) {
    this.directory = directory;
  }

  DataSource read(DefinitionNode dataset) throws InvalidDefinitionException {
    String type = dataset.object("source").text("type");
    return switch (type) {
      case "csv" ->
          csv(
              dataset.object(
                  "source", Set.of("type", "path", "header", "delimiter", "columns", "missing")));
      case "parquet" -> {
        DefinitionNode source = dataset.object("source", Set.of("type", "path", "missing"));
        yield new DataSource.Parquet(path(source), missing(source));
      }
      case "ndjson" -> {
        DefinitionNode source = dataset.object("source", Set.of("type", "path", "missing"));
        yield new DataSource.Ndjson(path(source), missing(source));
      }
      case "jdbc" ->
          jdbc(
              dataset.object(
                  "source",
                  Set.of(
                      "type", "url", "user", "passwordFile", "driver", "properties", "missing")));
      default ->
          throw new InvalidDefinitionException(
              dataset.pathOf("source") + ".type",
              "'" + type + "' is not known" + Suggestion.hint(type, TYPES));
    };
  }

  private DataSource csv(DefinitionNode source) throws InvalidDefinitionException {
    List<String> columns = source.has("columns") ? source.texts("columns") : List.of();
    if (source.flag("header", columns.isEmpty()) != columns.isEmpty()) {
      throw new InvalidDefinitionException(
          source.pathOf("columns"),
          "give the names of the columns here exactly when the file has no header (header: false)");
    }
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (column.isBlank() || !seen.add(column.toLowerCase(Locale.ROOT))) {
        throw new InvalidDefinitionException(
            source.pathOf("columns"), "a name is blank or there twice");
      }
    }
    String delimiter = source.optionalText("delimiter").orElse(",");
    if (delimiter.length() != 1 || "\"\r\n".contains(delimiter) || delimiter.charAt(0) > 127) {
      throw new InvalidDefinitionException(
          source.pathOf("delimiter"), "must be one ASCII character, such as \",\" or \";\"");
    }
    return new DataSource.Csv(path(source), delimiter.charAt(0), columns, missing(source));
  }

  private DataSource jdbc(DefinitionNode source) throws InvalidDefinitionException {
    String url = source.text("url");
    if (!url.startsWith("jdbc:")) {
      throw new InvalidDefinitionException(source.pathOf("url"), "must start with jdbc:");
    }
    Optional<Path> passwordFile = source.optionalText("passwordFile").map(directory::resolve);
    Map<String, String> properties = new HashMap<>();
    if (source.has("properties")) {
      DefinitionNode given = source.object("properties");
      for (String key : given.keys()) {
        if (key.toLowerCase(Locale.ROOT).contains("password")) {
          throw new InvalidDefinitionException(
              given.pathOf(key), "passwords belong into a file of their own; use passwordFile");
        }
        properties.put(key, given.required(key).asText());
      }
    }
    return new DataSource.Jdbc(
        url,
        source.optionalText("user"),
        passwordFile,
        source.optionalText("driver"),
        Map.copyOf(properties),
        missing(source));
  }

  private Path path(DefinitionNode source) throws InvalidDefinitionException {
    return directory.resolve(source.text("path")).toAbsolutePath().normalize();
  }

  private static Set<String> missing(DefinitionNode source) throws InvalidDefinitionException {
    Set<String> tokens = new HashSet<>();
    if (source.has("missing")) {
      source.texts("missing").forEach(token -> tokens.add(token.strip()));
    }
    if (tokens.size() > TOKENS_MAX) {
      throw new InvalidDefinitionException(
          source.pathOf("missing"), "must hold at most " + TOKENS_MAX + " texts");
    }
    return Set.copyOf(tokens);
  }
}
