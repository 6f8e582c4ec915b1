package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Loads CSV files with every column as text, so that our own checks, which know row and column,
 * decide what is a number. Nothing is guessed from the data: not the delimiter, not the types, not
 * the header. Lines that break the format are reported by number; equal problems are counted.
 */
final class CsvLoader {
  /** Wrong lines that are counted; of more it is not said how many there are. */
  private static final int LINES_COUNTED_MAX = 1000;

  private final String label;
  private final DataSource.Csv csv;
  private final DataLimits limits;

  CsvLoader(String label, DataSource.Csv csv, DataLimits limits) {
    this.label = label;
    this.csv = csv;
    this.limits = limits;
  }

  void load(Connection connection, List<Path> files) throws InvalidDataException {
    for (Path file : files) {
      FileKind.requireText(label, file);
    }
    List<String> columns = columns(files.getFirst());
    execute(connection, files.getFirst(), create(columns));
    List<DataProblem> problems = new ArrayList<>();
    for (Path file : files) {
      checkHeader(file, columns, files.getFirst());
      execute(connection, file, insert(file, columns));
      problems.addAll(rejected(connection, file));
      if (problems.size() >= limits.problemsMax()) {
        throw new InvalidDataException(label, problems.subList(0, limits.problemsMax()), true);
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidDataException(label, problems, false);
    }
  }

  private List<String> columns(Path file) throws InvalidDataException {
    List<String> columns = csv.hasHeader() ? header(file) : csv.columns();
    if (columns.size() > limits.columnsMax()) {
      throw new InvalidDataException(
          label,
          DataProblem.file(
              name(file), "has " + columns.size() + " columns; at most " + limits.columnsMax()));
    }
    return columns;
  }

  private List<String> header(Path file) throws InvalidDataException {
    return new CsvHeader(label, csv.delimiter(), limits.lineBytesMax()).read(file);
  }

  private void checkHeader(Path file, List<String> columns, Path first)
      throws InvalidDataException {
    if (csv.hasHeader() && !header(file).equals(columns)) {
      throw new InvalidDataException(
          label, DataProblem.line(name(file), 1, "the header differs from that of " + name(first)));
    }
  }

  private static String create(List<String> columns) {
    return columns.stream()
        .map(column -> Sql.name(column) + " VARCHAR")
        .collect(Collectors.joining(", ", "CREATE TABLE source (", ")"));
  }

  private String insert(Path file, List<String> columns) {
    String types =
        columns.stream()
            .map(column -> Sql.literal(column) + ": 'VARCHAR'")
            .collect(Collectors.joining(", ", "{", "}"));
    TreeSet<String> missing = new TreeSet<>(csv.missing());
    missing.add("");
    return "INSERT INTO source SELECT * FROM read_csv("
        + Sql.literal(file.toString())
        + ", auto_detect=false, strict_mode=true, null_padding=false, quote='\"', escape='\"'"
        + ", comment='', store_rejects=true, rejects_limit="
        + rejectsMax(columns)
        + ", max_line_size="
        + limits.lineBytesMax()
        + ", header="
        + csv.hasHeader()
        + ", delim="
        + Sql.literal(String.valueOf(csv.delimiter()))
        + ", nullstr="
        + Sql.literals(missing)
        + ", columns="
        + types
        + ")";
  }

  /** The engine counts each value that a line lacks as an error of its own. */
  private static int rejectsMax(List<String> columns) {
    return LINES_COUNTED_MAX * (columns.size() + 1);
  }

  private void execute(Connection connection, Path file, String sql) throws InvalidDataException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new InvalidDataException(label, problem(e, file));
    }
  }

  private DataProblem problem(SQLException error, Path file) {
    String message = String.valueOf(error.getMessage());
    if (message.contains("state machine reached an invalid state")) {
      return DataProblem.file(
          name(file),
          "is not a CSV file as in RFC 4180: it mixes line endings, or a quote is out of place");
    }
    return EngineErrors.whileLoading(error, List.of(file), limits);
  }

  /** The lines that the engine refused. Their text is in the same table and stays there. */
  private List<DataProblem> rejected(Connection connection, Path file) throws InvalidDataException {
    Map<String, DataProblem> problems = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT line, min(column_idx), CAST(error_type AS VARCHAR) FROM reject_errors"
                    + " GROUP BY line, error_type ORDER BY line")) {
      while (rows.next()) {
        DataProblem problem =
            DataProblem.line(name(file), rows.getLong(1), reason(rows.getString(3), rows));
        problems.merge(problem.reason(), problem, (first, _) -> first.alsoIn(first.more() + 1));
      }
    } catch (SQLException e) {
      throw new InvalidDataException(label, problem(e, file));
    }
    forget(connection, file);
    return List.copyOf(problems.values());
  }

  /** The refused lines must not be readable by the query, and not be counted for the next file. */
  private void forget(Connection connection, Path file) throws InvalidDataException {
    execute(connection, file, "DROP TABLE reject_errors");
    execute(connection, file, "DROP TABLE reject_scans");
  }

  private String reason(String type, ResultSet row) throws SQLException {
    return switch (type) {
      case "MISSING COLUMNS" -> "has fewer values than there are columns";
      case "TOO MANY COLUMNS" -> "has more values than there are columns";
      case "UNQUOTED VALUE" ->
          "value " + row.getLong(2) + " has a quote that is not closed, or text after it";
      case "INVALID ENCODING" -> "value " + row.getLong(2) + " is not valid UTF-8";
      case "LINE SIZE OVER MAXIMUM" -> "is longer than " + limits.lineBytesMax() + " bytes";
      default -> "cannot be read";
    };
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
