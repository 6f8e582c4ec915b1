package io.consilium.datasets.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.consilium.datasets.DataLimits;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Loads files of one JSON object per line as the table {@code source}. Each line is checked here,
 * so that a broken one is reported by its number and all of them together, as for CSV. Then the
 * engine finds the type of each key over all lines; where lines differ, such as 63 and "63", the
 * values become text, and the schema decides what is a number.
 *
 * <p>Blank lines and a byte order mark are skipped; a name that ends in {@code .gz} is
 * decompressed. Nothing is written to disk.
 */
final class NdjsonLoader {
  private static final String LINES = "json_lines";
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private static final ObjectMapper STRUCTURES = new ObjectMapper();

  private final String label;
  private final DataLimits limits;
  private final Map<String, DataProblem> problems = new LinkedHashMap<>();

  NdjsonLoader(String label, DataLimits limits) {
    this.label = label;
    this.limits = limits;
  }

  void load(Connection connection, List<Path> files) throws InvalidDataException {
    for (Path file : files) {
      FileKind.requireText(label, file);
    }
    try {
      execute(connection, "CREATE TABLE " + LINES + " (line JSON)");
      long lines = 0;
      for (Path file : files) {
        lines += append(connection.unwrap(DuckDBConnection.class), file);
      }
      if (!problems.isEmpty()) {
        List<DataProblem> all = List.copyOf(problems.values());
        int shown = Math.min(all.size(), limits.problemsMax());
        throw new InvalidDataException(label, all.subList(0, shown), shown < all.size());
      }
      if (lines == 0) {
        throw new InvalidDataException(
            label, DataProblem.file(name(files.getFirst()), "has no line with a JSON object"));
      }
      execute(
          connection,
          "CREATE TABLE source AS SELECT record.* FROM (SELECT json_transform(line, "
              + Sql.literal(structure(connection))
              + ") AS record FROM "
              + LINES
              + ")");
      execute(connection, "DROP TABLE " + LINES);
    } catch (SQLException e) {
      throw new InvalidDataException(label, problem(e, files));
    }
  }

  /** The whole lines of a file. Returns how many there are. */
  private long append(DuckDBConnection connection, Path file)
      throws SQLException, InvalidDataException {
    long taken = 0;
    long number = 0;
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(FileKind.open(file), StandardCharsets.UTF_8.newDecoder()));
        DuckDBAppender appender = connection.createAppender("main", LINES)) {
      for (String line = line(in); line != null; line = line(in)) {
        number++;
        String text =
            number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK
                ? line.substring(1)
                : line;
        if (text.isBlank()) {
          continue;
        }
        String reason = problem(text);
        if (!reason.isEmpty()) {
          problems.merge(
              name(file) + reason,
              DataProblem.line(name(file), number, reason),
              (first, _) -> first.alsoIn(first.more() + 1));
          continue;
        }
        appender.beginRow();
        appender.append(text);
        appender.endRow();
        taken++;
      }
    } catch (LongLineException e) {
      throw new InvalidDataException(
          label,
          DataProblem.line(
              name(file),
              number + 1,
              "is longer than " + limits.lineBytesMax() + " characters; write one object a line"));
    } catch (CharacterCodingException e) {
      throw new InvalidDataException(
          label, DataProblem.line(name(file), number + 1, "is not valid UTF-8, or a line near it"));
    } catch (IOException e) {
      throw new InvalidDataException(label, DataProblem.file(name(file), "cannot be read"));
    }
    return taken;
  }

  private static final class LongLineException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** The next line without its end, or null; never more of it in memory than is allowed. */
  private String line(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
      if (line.length() > limits.lineBytesMax()) {
        throw new LongLineException();
      }
    }
    return line.toString();
  }

  /** Why a line is not one JSON object, or nothing. */
  private static String problem(String line) throws IOException {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "is not a JSON object, such as {\"age\": 63}; there must be one on each line";
      }
      parser.skipChildren();
      return parser.nextToken() == null ? "" : "has something after its JSON object";
    } catch (JsonProcessingException e) {
      // What the parser says may quote the line.
      return e.getOriginalMessage().startsWith("Duplicate field")
          ? "has a key twice"
          : "is not valid JSON";
    }
  }

  /** The type of each key, as the engine's functions write it; where lines differ, text. */
  private static String structure(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT CAST(json_group_structure(line) AS VARCHAR) FROM " + LINES)) {
      result.next();
      return withTexts(STRUCTURES.readTree(result.getString(1))).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the query engine writes a structure that is not JSON", e);
    }
  }

  private static JsonNode withTexts(JsonNode type) {
    if (type.isObject()) {
      ObjectNode keys = JsonNodeFactory.instance.objectNode();
      type.properties().forEach(entry -> keys.set(entry.getKey(), withTexts(entry.getValue())));
      return keys;
    }
    if (type.isArray()) {
      return JsonNodeFactory.instance.arrayNode().add(withTexts(type.get(0)));
    }
    boolean unlike = type.asText().equals("JSON") || type.asText().equals("NULL");
    return unlike ? JsonNodeFactory.instance.textNode("VARCHAR") : type;
  }

  private DataProblem problem(SQLException error, List<Path> files) {
    String message = String.valueOf(error.getMessage());
    if (message.contains("uplicate")) {
      return DataProblem.file(
          name(files.getFirst()), "has two keys that differ only in upper and lower case");
    }
    return EngineErrors.whileLoading(error, files, limits);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
