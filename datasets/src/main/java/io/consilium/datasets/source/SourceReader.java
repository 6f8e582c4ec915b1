package io.consilium.datasets.source;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.regex.Pattern;

/** Reads the {@code source} of a data set's definition. */
final class SourceReader {
  private static final List<String> TYPES =
      List.of("csv", "parquet", "ndjson", "jdbc", "idx", "images");
  private static final int TOKENS_MAX = 100;
  private static final Pattern TABBED = Pattern.compile(".+\\.(tsv|tab)(\\.gz)?");

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
                  "source", Set.of("type", "path", "header", "delimiter", "columns", "missing")),
              "path");
      case "parquet" -> {
        DefinitionNode source = dataset.object("source", Set.of("type", "path", "missing"));
        yield new DataSource.Parquet(path(source), missing(source));
      }
      case "ndjson" -> {
        DefinitionNode source = dataset.object("source", Set.of("type", "path", "missing"));
        yield new DataSource.Ndjson(path(source), missing(source));
      }
      case "idx" -> idx(dataset.object("source", Set.of("type", "images", "labels")));
      case "images" ->
          folder(
              dataset.object(
                  "source",
                  Set.of(
                      "type",
                      "directory",
                      "labels",
                      "file",
                      "header",
                      "delimiter",
                      "columns",
                      "missing")));
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

  private DataSource.Csv csv(DefinitionNode source, String pathKey)
      throws InvalidDefinitionException {
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
    Path path = absolute(source.text(pathKey));
    return new DataSource.Csv(path, delimiter(source, path), columns, missing(source));
  }

  /** As given; else a tab for a file whose name says so, and a comma for all others. */
  private static char delimiter(DefinitionNode source, Path path)
      throws InvalidDefinitionException {
    Optional<JsonNode> given = source.optional("delimiter");
    if (given.isEmpty()) {
      return TABBED.matcher(path.getFileName().toString()).matches() ? '\t' : ',';
    }
    String text = given.get().asText();
    if (text.equals("tab") || text.equals("\\t")) {
      return '\t';
    }
    if (text.length() != 1 || "\"\r\n".contains(text) || text.charAt(0) > 127) {
      throw new InvalidDefinitionException(
          source.pathOf("delimiter"),
          "must be one ASCII character, such as \",\", \";\" or \"\\t\" (a tab)");
    }
    return text.charAt(0);
  }

  private DataSource idx(DefinitionNode source) throws InvalidDefinitionException {
    List<Path> images = paths(source, "images");
    List<Path> labels = paths(source, "labels");
    if (images.isEmpty() || images.size() != labels.size()) {
      throw new InvalidDefinitionException(
          source.pathOf("labels"),
          "must name as many files as 'images', which names " + images.size());
    }
    return new DataSource.Idx(images, labels);
  }

  private DataSource folder(DefinitionNode source) throws InvalidDefinitionException {
    return new DataSource.Folder(
        absolute(source.text("directory")),
        csv(source, "labels"),
        source.optionalText("file").orElse(DataSource.Folder.FILE),
        DataSource.Folder.IMAGE);
  }

  /** One path or a list of them. */
  private List<Path> paths(DefinitionNode source, String key) throws InvalidDefinitionException {
    List<String> texts =
        source.required(key).isArray() ? source.texts(key) : List.of(source.text(key));
    return texts.stream().map(this::absolute).toList();
  }

  private Path absolute(String text) {
    return directory.resolve(text).toAbsolutePath().normalize();
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
    return absolute(source.text("path"));
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
