package io.consilium.datasets.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a schema and refuses everything that is not exactly understood. */
final class SchemaReader {
  static final int COLUMNS_MAX = 4096;
  static final int CATEGORIES_MAX = 1024;
  private static final int CATEGORY_CHARS_MAX = 128;
  private static final int ENCODED_FEATURES_MAX = 1 << 14;
  private static final int PIXEL_MAX = (1 << 16) - 1;
  private static final int PIXEL_MAX_DEFAULT = 255;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final Set<String> COLUMN_KEYS =
      Set.of(
          "name",
          "role",
          "type",
          "unit",
          "min",
          "max",
          "categories",
          "encoding",
          "missing",
          "height",
          "width",
          "minimum",
          "maximum");

  private enum TypeName {
    NUMBER,
    INTEGER,
    CATEGORY,
    IMAGE,
    TEXT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private SchemaReader() {}

  static StudySchema read(JsonNode node, String path) throws InvalidDefinitionException {
    DefinitionNode schema = DefinitionNode.of(node, path, Set.of("columns"));
    JsonNode list = schema.array("columns");
    String listPath = schema.pathOf("columns");
    if (list.isEmpty() || list.size() > COLUMNS_MAX) {
      throw new InvalidDefinitionException(listPath, "must hold 1 to " + COLUMNS_MAX + " columns");
    }
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      DefinitionNode entry = DefinitionNode.of(list.get(i), listPath + "[" + i + "]", COLUMN_KEYS);
      Column column = column(entry);
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new InvalidDefinitionException(
            entry.pathOf("name"), "the column '" + column.name() + "' is there twice");
      }
      columns.add(column);
    }
    checkRoles(columns, listPath);
    return new StudySchema(columns);
  }

  /** A column of a site's declaration; one that is a text is never encoded and need not be read. */
  static Column admitted(DefinitionNode entry) throws InvalidDefinitionException {
    String name = name(entry);
    boolean text = entry.choice("type", List.of(TypeName.values())) == TypeName.TEXT;
    boolean mayMiss = entry.flag("missing", false);
    if (text) {
      refuse(entry, "a text", "unit", "min", "max", "categories", "missing");
      refuseSize(entry, "a text");
      return new Column(name, Role.IGNORED, new ColumnType.Text(), MissingPolicy.REJECT);
    }
    ColumnType type = type(entry, Role.FEATURE);
    if (type instanceof ColumnType.Image && mayMiss) {
      throw new InvalidDefinitionException(
          entry.pathOf("missing"), "an image may not be missing; leave such records out");
    }
    return new Column(
        name, Role.FEATURE, type, mayMiss ? MissingPolicy.MEAN : MissingPolicy.REJECT);
  }

  private static String name(DefinitionNode entry) throws InvalidDefinitionException {
    String name = entry.text("name");
    if (!NAME.matcher(name).matches()) {
      throw new InvalidDefinitionException(
          entry.pathOf("name"),
          "must be 1 to 63 letters, digits or underscores and not start with a digit");
    }
    return name;
  }

  private static Column column(DefinitionNode entry) throws InvalidDefinitionException {
    String name = name(entry);
    Role role = entry.has("role") ? entry.choice("role", List.of(Role.values())) : Role.FEATURE;
    ColumnType type = type(entry, role);
    MissingPolicy missing =
        entry.has("missing")
            ? entry.choice("missing", List.of(MissingPolicy.values()))
            : MissingPolicy.REJECT;
    if (role != Role.FEATURE && missing != MissingPolicy.REJECT) {
      throw new InvalidDefinitionException(
          entry.pathOf("missing"), "only a feature may be missing; this column is a " + role);
    }
    if (type instanceof ColumnType.Image && missing != MissingPolicy.REJECT) {
      throw new InvalidDefinitionException(
          entry.pathOf("missing"), "an image may not be missing; leave such records out");
    }
    return new Column(name, role, type, missing);
  }

  private static ColumnType type(DefinitionNode entry, Role role)
      throws InvalidDefinitionException {
    boolean free = role == Role.ID || role == Role.IGNORED;
    if (free && !entry.has("type")) {
      return text(entry);
    }
    if (role == Role.SPLIT) {
      return split(entry);
    }
    TypeName type = entry.choice("type", List.of(TypeName.values()));
    if ((type == TypeName.TEXT) != free) {
      throw new InvalidDefinitionException(
          entry.pathOf("type"),
          free
              ? "a column with the role " + role + " is a text"
              : "a " + role + " must be a number, an integer or a category");
    }
    if (type == TypeName.IMAGE && role != Role.FEATURE) {
      throw new InvalidDefinitionException(
          entry.pathOf("type"), "an image can be a feature, not a " + role);
    }
    return switch (type) {
      case NUMBER -> numeric(entry, role, false);
      case INTEGER -> numeric(entry, role, true);
      case CATEGORY -> category(entry, role);
      case IMAGE -> image(entry);
      case TEXT -> text(entry);
    };
  }

  private static ColumnType text(DefinitionNode entry) throws InvalidDefinitionException {
    refuse(entry, "a text", "unit", "min", "max", "categories", "encoding", "missing");
    refuseSize(entry, "a text");
    return new ColumnType.Text();
  }

  /** Only its name is free: type and categories may be written out, and must be these. */
  private static ColumnType split(DefinitionNode entry) throws InvalidDefinitionException {
    refuse(entry, "a split", "unit", "min", "max", "encoding", "missing");
    refuseSize(entry, "a split");
    boolean category =
        !entry.has("type") || entry.choice("type", List.of(TypeName.values())) == TypeName.CATEGORY;
    if (!category
        || (entry.has("categories")
            && !entry.texts("categories").equals(ColumnType.Category.SPLIT.categories()))) {
      throw new InvalidDefinitionException(
          entry.pathOf(category ? "categories" : "type"),
          "a split is a category of "
              + ColumnType.Category.SPLIT.categories()
              + "; type and categories may be left out");
    }
    return ColumnType.Category.SPLIT;
  }

  private static ColumnType image(DefinitionNode entry) throws InvalidDefinitionException {
    refuse(entry, "an image", "unit", "min", "max", "categories", "encoding");
    int height = entry.integer("height", 1, ENCODED_FEATURES_MAX);
    int width = entry.integer("width", 1, ENCODED_FEATURES_MAX);
    int minimum =
        entry.has("minimum") ? entry.integer("minimum", -PIXEL_MAX - 1, PIXEL_MAX - 1) : 0;
    int maximum =
        entry.has("maximum")
            ? entry.integer("maximum", minimum + 1, Math.min(PIXEL_MAX, minimum + PIXEL_MAX))
            : Math.max(PIXEL_MAX_DEFAULT, minimum + 1);
    if ((long) height * width > ENCODED_FEATURES_MAX) {
      throw new InvalidDefinitionException(
          entry.pathOf("height"),
          "an image has at most " + ENCODED_FEATURES_MAX + " pixels; scale the images down");
    }
    return new ColumnType.Image(height, width, minimum, maximum);
  }

  private static void refuseSize(DefinitionNode entry, String what)
      throws InvalidDefinitionException {
    refuse(entry, what, "height", "width", "minimum", "maximum");
  }

  private static ColumnType numeric(DefinitionNode entry, Role role, boolean whole)
      throws InvalidDefinitionException {
    refuse(entry, "a number", "categories", "encoding");
    refuseSize(entry, "a number");
    double min = entry.number("min").doubleValue();
    double max = entry.number("max").doubleValue();
    if (min >= max || !Double.isFinite(max - min)) {
      throw new InvalidDefinitionException(
          entry.pathOf("max"), "must be greater than min (" + min + ")");
    }
    if (role == Role.WEIGHT && min < 0) {
      throw new InvalidDefinitionException(entry.pathOf("min"), "a weight cannot be negative");
    }
    return new ColumnType.Numeric(entry.optionalText("unit"), min, max, whole);
  }

  private static ColumnType category(DefinitionNode entry, Role role)
      throws InvalidDefinitionException {
    refuse(entry, "a category", "min", "max", "unit");
    refuseSize(entry, "a category");
    if (role == Role.WEIGHT) {
      throw new InvalidDefinitionException(entry.pathOf("type"), "a weight must be a number");
    }
    List<String> categories = entry.texts("categories");
    String path = entry.pathOf("categories");
    if (categories.size() < 2 || categories.size() > CATEGORIES_MAX) {
      throw new InvalidDefinitionException(
          path, "must hold 2 to " + CATEGORIES_MAX + " categories");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < categories.size(); i++) {
      String category = categories.get(i);
      if (category.isBlank()
          || category.length() > CATEGORY_CHARS_MAX
          || !category.equals(category.strip())) {
        throw new InvalidDefinitionException(
            path + "[" + i + "]",
            "must be 1 to " + CATEGORY_CHARS_MAX + " characters without blanks around them");
      }
      if (!seen.add(category)) {
        throw new InvalidDefinitionException(
            path + "[" + i + "]", "the category '" + category + "' is there twice");
      }
    }
    if (role == Role.LABEL) {
      refuse(entry, "a label", "encoding");
    }
    CategoryEncoding encoding =
        entry.has("encoding")
            ? entry.choice("encoding", List.of(CategoryEncoding.values()))
            : CategoryEncoding.ONE_HOT_DROP_FIRST;
    return new ColumnType.Category(categories, encoding);
  }

  private static void refuse(DefinitionNode entry, String what, String... keys)
      throws InvalidDefinitionException {
    for (String key : keys) {
      if (entry.has(key)) {
        throw new InvalidDefinitionException(
            entry.pathOf(key), what + " has no '" + key + "'; remove the key");
      }
    }
  }

  private static void checkRoles(List<Column> columns, String path)
      throws InvalidDefinitionException {
    if (count(columns, Role.LABEL) != 1) {
      throw new InvalidDefinitionException(
          path, "exactly one column must have the role label, not " + count(columns, Role.LABEL));
    }
    for (Role single : List.of(Role.WEIGHT, Role.SPLIT, Role.ID)) {
      if (count(columns, single) > 1) {
        throw new InvalidDefinitionException(
            path, "at most one column may have the role " + single);
      }
    }
    if (columns.stream().filter(column -> column.type() instanceof ColumnType.Image).count() > 1) {
      throw new InvalidDefinitionException(path, "at most one column may be an image");
    }
    if (count(columns, Role.FEATURE) == 0) {
      throw new InvalidDefinitionException(path, "at least one column must be a feature");
    }
    long encoded =
        columns.stream()
            .filter(column -> column.role() == Role.FEATURE)
            .mapToLong(SchemaReader::encodedFeatures)
            .sum();
    if (encoded > ENCODED_FEATURES_MAX) {
      throw new InvalidDefinitionException(
          path,
          "the columns make "
              + encoded
              + " features; at most "
              + ENCODED_FEATURES_MAX
              + " are allowed");
    }
  }

  private static long count(List<Column> columns, Role role) {
    return columns.stream().filter(column -> column.role() == role).count();
  }

  /** An upper bound: the reference level that may be dropped is counted. */
  private static long encodedFeatures(Column column) {
    return switch (column.type()) {
      case ColumnType.Category category -> category.categories().size() + 1L;
      case ColumnType.Image image -> image.pixels();
      case ColumnType.Numeric _, ColumnType.Text _ -> 2;
    };
  }
}
