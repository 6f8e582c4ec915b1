package io.consilium.datasets.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.definition.DefinitionNode;
import io.consilium.datasets.definition.InvalidDefinitionException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The columns that a site lets studies read of one of its data sets, each with its type and its
 * widest range. The site writes them down once. Its records are checked against them and against
 * nothing that a researcher chose, so that no answer to a researcher can depend on a record.
 *
 * <p>A column may have any role in a study. Whether a study's schema keeps to the declaration is
 * decided without reading a record.
 */
public final class AdmittedColumns {
  /** The key of a data set. */
  public static final String KEY = "columns";

  private static final Set<String> COLUMN_KEYS =
      Set.of(
          "name",
          "type",
          "unit",
          "min",
          "max",
          "categories",
          "height",
          "width",
          "maximum",
          "missing");

  private final List<Column> columns;

  private AdmittedColumns(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * Reads the list {@code columns}.
   *
   * @param admits the mapping that has the list
   * @throws InvalidDefinitionException naming the path of the first wrong key or value
   */
  public static AdmittedColumns read(DefinitionNode admits) throws InvalidDefinitionException {
    JsonNode list = admits.array(KEY);
    String path = admits.pathOf(KEY);
    if (list.isEmpty() || list.size() > SchemaReader.COLUMNS_MAX) {
      throw new InvalidDefinitionException(
          path, "must hold 1 to " + SchemaReader.COLUMNS_MAX + " columns");
    }
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      DefinitionNode entry = DefinitionNode.of(list.get(i), path + "[" + i + "]", COLUMN_KEYS);
      Column column = SchemaReader.admitted(entry);
      if (!names.add(key(column.name()))) {
        throw new InvalidDefinitionException(
            entry.pathOf("name"), "the column '" + column.name() + "' is there twice");
      }
      columns.add(column);
    }
    return new AdmittedColumns(columns);
  }

  /**
   * The columns of a study that this declaration does not admit as the study has them, by their
   * names in the study's schema.
   */
  public List<String> refused(StudySchema study) {
    return study.columns().stream()
        .filter(wanted -> wanted.role() != Role.IGNORED)
        .filter(wanted -> of(wanted.name()).map(own -> !admits(own, wanted)).orElse(true))
        .map(Column::name)
        .toList();
  }

  private static boolean admits(Column own, Column wanted) {
    return switch (wanted.type()) {
      // Neither encoded nor shared; the study may give it any type.
      case ColumnType.Text _ -> true;
      case ColumnType.Numeric range -> admits(own, range) && admitsMissing(own, wanted);
      case ColumnType.Category words -> admits(own, words) && admitsMissing(own, wanted);
      case ColumnType.Image image -> own.type().equals(image);
    };
  }

  private static boolean admits(Column own, ColumnType.Numeric wanted) {
    return own.type() instanceof ColumnType.Numeric widest
        && wanted.min() >= widest.min()
        && wanted.max() <= widest.max()
        // A study of whole numbers would refuse the fractions of single records.
        && (widest.whole() || !wanted.whole())
        && (widest.unit().isEmpty()
            || wanted.unit().isEmpty()
            || widest.unit().equals(wanted.unit()));
  }

  /** The same words in any order: one word less would refuse the records that have it. */
  private static boolean admits(Column own, ColumnType.Category wanted) {
    return own.type() instanceof ColumnType.Category widest
        && Set.copyOf(widest.categories()).equals(Set.copyOf(wanted.categories()));
  }

  /** Whether values are missing is a fact about records; a study may not ask for it. */
  private static boolean admitsMissing(Column own, Column wanted) {
    return own.missing() == MissingPolicy.REJECT || wanted.missing() != MissingPolicy.REJECT;
  }

  /** The declaration of a column, whose name is compared without case. */
  public Optional<Column> of(String name) {
    return columns.stream().filter(column -> key(column.name()).equals(key(name))).findFirst();
  }

  /** What records are read by: every declared column, and no label. */
  public StudySchema forReading() {
    return new StudySchema(columns);
  }

  /**
   * The declaration that admits one study and nothing more, as a person would write it.
   *
   * @return the list {@code columns}
   */
  public static ArrayNode forStudy(StudySchema study) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Column column : study.columns()) {
      if (column.role() == Role.IGNORED) {
        continue;
      }
      ObjectNode node = SchemaWriter.write(column);
      node.remove(List.of("role", "encoding", "missing"));
      if (column.missing() != MissingPolicy.REJECT) {
        node.put("missing", true);
      }
      list.add(node);
    }
    return list;
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "AdmittedColumns[" + columns.size() + "]";
  }
}
