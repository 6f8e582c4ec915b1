package io.consilium.datasets.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.definition.Documents;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The columns of a study: names, types, units, ranges, categories and roles, the same at every
 * site. A schema is public. Two sites hold the same schema if and only if their {@link #digest
 * digests} are equal.
 */
public final class StudySchema {
  private final List<Column> columns;

  StudySchema(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * Reads a schema.
   *
   * @param node a mapping with the key {@code columns}, as under {@code schema} in a manifest
   * @throws InvalidDefinitionException naming the path of the first wrong key or value
   */
  public static StudySchema parse(JsonNode node) throws InvalidDefinitionException {
    return SchemaReader.read(node, "schema");
  }

  /** Reads a YAML or JSON file that holds the mapping of {@link #parse}. */
  public static StudySchema load(Path file) throws InvalidDefinitionException {
    return SchemaReader.read(Documents.read(file), file.getFileName().toString());
  }

  /** All columns in the order of the schema. */
  public List<Column> columns() {
    return columns;
  }

  public List<Column> features() {
    return columns.stream().filter(column -> column.role() == Role.FEATURE).toList();
  }

  public Column label() {
    return withRole(Role.LABEL).orElseThrow();
  }

  public Optional<Column> weight() {
    return withRole(Role.WEIGHT);
  }

  /** The column that says which records are for training; without it they are divided at random. */
  public Optional<Column> split() {
    return withRole(Role.SPLIT);
  }

  /** The column of pictures. */
  public Optional<Column> image() {
    return columns.stream().filter(column -> column.type() instanceof ColumnType.Image).findFirst();
  }

  /** The column that names a record at its own site. */
  public Optional<Column> id() {
    return withRole(Role.ID);
  }

  public LabelKind labelKind() {
    return switch (label().type()) {
      case ColumnType.Numeric _ -> LabelKind.NUMBER;
      case ColumnType.Category category ->
          category.categories().size() == 2 ? LabelKind.BINARY : LabelKind.MULTICLASS;
      case ColumnType.Image _, ColumnType.Text _ ->
          throw new IllegalStateException("a label is a number or a category");
    };
  }

  /** The categories of the label in order; empty for a number. */
  public List<String> classes() {
    return label().type() instanceof ColumnType.Category category
        ? category.categories()
        : List.of();
  }

  /** The canonical form: fixed key order, defaults written out, numbers in shortest decimal. */
  public ObjectNode toJson() {
    return SchemaWriter.write(columns);
  }

  /** SHA-256 of the canonical JSON in UTF-8, in lower-case hexadecimal. */
  public String digest() {
    try {
      byte[] canonical = toJson().toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(canonical));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private Optional<Column> withRole(Role role) {
    return columns.stream().filter(column -> column.role() == role).findFirst();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StudySchema schema && columns.equals(schema.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return "StudySchema[" + columns.size() + " columns, " + digest().substring(0, 12) + "]";
  }
}
