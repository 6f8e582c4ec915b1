package io.consilium.datasets.table;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.definition.Suggestion;
import io.consilium.datasets.schema.Column;
import io.consilium.datasets.schema.Role;
import io.consilium.datasets.schema.StudySchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks rows against a schema, one after the other, and collects what is wrong with them. Equal
 * problems of one column are counted, and reported once with their first row.
 */
public final class TableBuilder {
  private final StudySchema schema;
  private final String source;
  private final Set<String> missingTokens;
  private final DataLimits limits;
  private final List<Optional<ColumnReader>> readers = new ArrayList<>();
  private final Map<Kind, Tally> tallies = new LinkedHashMap<>();
  private int rows;

  /**
   * Matches the columns of the rows to those of the schema.
   *
   * @param source how errors name the data, such as {@code dataset heart}
   * @param columns the names of the columns of every row
   * @param missingTokens texts that mean that a value is missing
   * @throws InvalidDataException if a column is missing, unknown or there twice
   */
  public TableBuilder(
      StudySchema schema,
      Purpose purpose,
      String source,
      List<String> columns,
      Set<String> missingTokens,
      DataLimits limits)
      throws InvalidDataException {
    this.schema = schema;
    this.source = source;
    this.missingTokens = Set.copyOf(missingTokens);
    this.limits = limits;
    match(columns, purpose);
  }

  /**
   * Checks one row.
   *
   * @param cells as many as there are columns
   * @throws InvalidDataException if there are too many rows
   */
  public void add(Cell[] cells) throws InvalidDataException {
    if (cells.length != readers.size()) {
      throw new IllegalArgumentException("a row must have " + readers.size() + " cells");
    }
    if (rows == limits.rowsMax()) {
      throw new InvalidDataException(
          source, DataProblem.whole("has more than " + limits.rowsMax() + " rows"));
    }
    rows++;
    for (int i = 0; i < cells.length; i++) {
      if (readers.get(i).isPresent()) {
        check(readers.get(i).get(), cells[i]);
      }
    }
  }

  /**
   * The table of all rows.
   *
   * @throws InvalidDataException if a row was wrong or there was none
   */
  public DataTable build() throws InvalidDataException {
    if (!tallies.isEmpty()) {
      throw refuse(tallies.values().stream().map(Tally::problem).toList());
    }
    if (rows == 0) {
      throw new InvalidDataException(source, DataProblem.whole("has no rows"));
    }
    Map<String, ColumnData> columns = new HashMap<>();
    for (Optional<ColumnReader> reader : readers) {
      reader.ifPresent(present -> columns.put(present.column.name(), present.data()));
    }
    return new DataTable(schema, rows, columns);
  }

  private void check(ColumnReader reader, Cell cell) {
    boolean token = cell instanceof Cell.Text text && missingTokens.contains(text.value());
    reader.add(token ? Cell.MISSING : cell).ifPresent(reason -> note(reader.column.name(), reason));
  }

  private void note(String column, String reason) {
    tallies.computeIfAbsent(new Kind(column, reason), _ -> new Tally(column, reason, rows)).count++;
  }

  /** Equal problems of one column. */
  private record Kind(String column, String reason) {}

  private static final class Tally {
    private final DataProblem first;
    private long count;

    Tally(String column, String reason, long row) {
      this.first = DataProblem.row(row, column, reason);
    }

    DataProblem problem() {
      return first.alsoIn(count - 1);
    }
  }

  private InvalidDataException refuse(List<DataProblem> problems) {
    int shown = Math.min(problems.size(), limits.problemsMax());
    return new InvalidDataException(source, problems.subList(0, shown), shown < problems.size());
  }

  private void match(List<String> columns, Purpose purpose) throws InvalidDataException {
    if (columns.size() > limits.columnsMax()) {
      throw new InvalidDataException(
          source,
          DataProblem.whole("has " + columns.size() + " columns; at most " + limits.columnsMax()));
    }
    Map<String, Column> known = new HashMap<>();
    schema.columns().forEach(column -> known.put(key(column.name()), column));
    Set<String> seen = new HashSet<>();
    List<DataProblem> problems = new ArrayList<>();
    if (columns.stream().noneMatch(name -> known.containsKey(key(name)))) {
      throw new InvalidDataException(
          source,
          DataProblem.whole(
              "has none of the schema's columns; if the file has no header, set header: false and"
                  + " list the columns; if they are called otherwise, rename them in the query"
                  + " with AS"));
    }
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i);
      Column column = known.get(key(name));
      if (column == null) {
        // Its place and not its name: that of a file without header is a value of a record.
        problems.add(
            DataProblem.column(
                (i + 1) + " of " + columns.size(),
                "is not in the schema; leave it out in the query, or rename it with AS"
                    + suggestion(name)));
      } else if (!seen.add(key(name))) {
        problems.add(DataProblem.column(column.name(), "is there twice"));
      }
      readers.add(
          Optional.ofNullable(column)
              .filter(present -> isRead(present, purpose))
              .map(present -> ColumnReader.of(present, limits.cellCharsMax())));
    }
    for (Column column : schema.columns()) {
      if (isRequired(column, purpose) && !seen.contains(key(column.name()))) {
        problems.add(
            DataProblem.column(
                column.name(), "is in the schema but missing here; name it with AS"));
      }
    }
    if (!problems.isEmpty()) {
      throw refuse(problems);
    }
  }

  private String suggestion(String name) {
    List<String> names = schema.columns().stream().map(Column::name).toList();
    String hint = Suggestion.hint(name, names);
    return hint.startsWith("; did you mean") ? hint : "";
  }

  private static boolean isRead(Column column, Purpose purpose) {
    return column.role() == Role.ID || isRequired(column, purpose);
  }

  private static boolean isRequired(Column column, Purpose purpose) {
    return switch (column.role()) {
      case FEATURE -> true;
      case LABEL, WEIGHT, SPLIT -> purpose == Purpose.TRAINING;
      case ID, IGNORED -> false;
    };
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "TableBuilder" + Arrays.asList(source, rows);
  }
}
