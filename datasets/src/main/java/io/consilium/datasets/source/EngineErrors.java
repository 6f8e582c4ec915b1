package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.table.DataProblem;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in our own words what the query engine complains about. The engine's messages quote lines
 * and values of the data, so nothing of them is passed on but line numbers, names of files that the
 * site configured, and words that stand in the query itself.
 */
final class EngineErrors {
  private static final Pattern LINE = Pattern.compile("in line (\\d{1,18})\\b");
  private static final Pattern NOT_FOUND =
      Pattern.compile("Referenced column \"([^\"]{1,200})\" not found");
  private static final Pattern NEAR = Pattern.compile("syntax error at or near \"([^\"]{1,200})\"");

  private EngineErrors() {}

  static DataProblem whileLoading(SQLException error, List<Path> files, DataLimits limits) {
    String message = text(error);
    if (message.startsWith("Out of Memory Error")) {
      return outOfMemory(limits);
    }
    String file =
        files.stream()
            .filter(path -> message.contains("\"" + path + "\""))
            .findFirst()
            .orElse(files.getFirst())
            .getFileName()
            .toString();
    Matcher line = LINE.matcher(message);
    if (message.contains("Malformed JSON") && line.find()) {
      return DataProblem.line(file, Long.parseLong(line.group(1)), "is not valid JSON");
    }
    if (message.contains("maximum_object_size")) {
      return DataProblem.file(file, "has a line of more than " + limits.lineBytesMax() + " bytes");
    }
    return DataProblem.file(
        file,
        files.size() == 1
            ? "cannot be read"
            : "cannot be read, or its columns differ from " + "those of the other files");
  }

  static DataProblem inQuery(SQLException error, String query, DataLimits limits) {
    String message = text(error);
    if (message.startsWith("Out of Memory Error")) {
      return outOfMemory(limits);
    }
    if (message.startsWith("INTERRUPT")) {
      return DataProblem.whole("the query took more than " + limits.querySecondsMax() + " seconds");
    }
    if (message.startsWith("Parser Error")) {
      return DataProblem.whole("the query is not valid SQL" + quoted(NEAR, message, query));
    }
    if (message.startsWith("Binder Error") || message.startsWith("Catalog Error")) {
      return DataProblem.whole(
          "the query names a column, table or function that does not exist"
              + quoted(NOT_FOUND, message, query)
              + "; the records are in the table 'source'");
    }
    if (message.startsWith("Permission Error") || message.contains("has been locked")) {
      return DataProblem.whole(
          "the query may only read the table 'source': files, network and settings are closed");
    }
    if (message.startsWith("Conversion Error") || message.startsWith("Out of Range Error")) {
      return DataProblem.whole(
          "the query cannot convert a value; leave the column as text to learn its row, or use "
              + "TRY_CAST, which gives NULL");
    }
    return DataProblem.whole("the query failed in the query engine");
  }

  private static DataProblem outOfMemory(DataLimits limits) {
    return DataProblem.whole(
        "needs more than "
            + limits.memoryMegabytesMax()
            + " megabytes; raise limits.memoryMegabytes in datasets.yaml");
  }

  /** A word of the message, if it is a word of the query and therefore not of the data. */
  private static String quoted(Pattern pattern, String message, String query) {
    Matcher matcher = pattern.matcher(message);
    return matcher.find() && query.contains(matcher.group(1))
        ? ", at '" + matcher.group(1) + "'"
        : "";
  }

  private static String text(SQLException error) {
    return error.getMessage() == null ? "" : error.getMessage();
  }
}
