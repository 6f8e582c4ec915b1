package io.consilium.datasets.source;

import io.consilium.datasets.DataLimits;
import io.consilium.datasets.table.DataProblem;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in our own words what the query engine complains about. The engine's messages quote lines
 * and values of the data, so nothing of them is passed on but line numbers, names of files that the
 * site configured, and words that stand in the query itself.
 */
final class EngineErrors {
  private static final Pattern WORD_IN_ERROR = Pattern.compile("\"([^\"]{1,200})\"");
  private static final Pattern NO_SUCH =
      Pattern.compile(
          "(Table|Function|Type|Schema|Catalog) with name ([^ ]{1,200}) does not exist");
  private static final Pattern CALL =
      Pattern.compile("(?:argument types '|function call \")([^(]{1,100})\\(([^)]{0,500})\\)");
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
    return DataProblem.file(
        file,
        files.size() == 1
            ? "cannot be read"
            : "cannot be read, or its columns differ from those of the other files");
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
      // The query is checked against the names and types of columns, before any record is looked
      // at.
      return DataProblem.whole(unfit(message, query));
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

  /** Why a query does not fit the table; quotes only what stands in the query. */
  private static String unfit(String message, String query) {
    if (message.contains("lambda arrow")) {
      return "the query writes a lambda with an arrow (x -> ...); write lambda x: ... in its place";
    }
    if (message.contains("Cannot compare values of type")
        || message.contains("Cannot mix values of type")) {
      return "the query compares a text with a number or a date; every column of a CSV file is"
          + " text, so write CAST(column AS DOUBLE), or AS DATE, in the comparison";
    }
    Matcher call = CALL.matcher(message);
    if (call.find()) {
      boolean ofText = call.group(2).contains("VARCHAR") || call.group(2).contains("STRING");
      return "the query calls "
          + (query.contains(call.group(1)) ? "'" + call.group(1) + "'" : "a function")
          + " with values of another type or number than it takes"
          + (ofText
              ? "; every column of a CSV file is text, so write CAST(column AS DOUBLE) first"
              : "");
    }
    Matcher missing = NO_SUCH.matcher(message);
    if (missing.find()) {
      return "the query names a "
          + missing.group(1).toLowerCase(Locale.ROOT)
          + " that does not exist"
          + (query.contains(missing.group(2)) ? ", '" + missing.group(2) + "'" : "")
          + "; the records are in the table 'source'";
    }
    if (message.contains("must appear in the GROUP BY")) {
      return "the query counts or sums, and takes the column"
          + quoted(WORD_IN_ERROR, message, query)
          + " as it is; name it after GROUP BY, or write any_value(column)";
    }
    if (message.contains("cannot contain aggregates")) {
      return "the query has a count or a sum after WHERE; write it after HAVING";
    }
    if (message.contains("Ambiguous reference")) {
      return "the query names a column that several tables have"
          + quoted(WORD_IN_ERROR, message, query)
          + "; write the table before it, such as a.column";
    }
    if (message.contains("not find key")) {
      return "the query names a key that the records do not have"
          + quoted(WORD_IN_ERROR, message, query);
    }
    if (message.contains("Referenced column") || message.contains("Referenced table")) {
      return "the query names a column or table that does not exist"
          + quoted(WORD_IN_ERROR, message, query)
          + "; the records are in the table 'source'";
    }
    return "the query does not fit the table 'source'; try it without its last part to find where";
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
