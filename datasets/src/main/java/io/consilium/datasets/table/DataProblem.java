package io.consilium.datasets.table;

/**
 * One thing that is wrong with a site's data. It says where and why, never the value.
 *
 * @param where which line, row or part of the source
 * @param column the column, or empty when the problem is not in one column
 * @param reason what is wrong, in words that hold nothing from the record
 * @param more how many other rows or lines have the same problem
 */
public record DataProblem(Where where, String column, String reason, long more) {

  /** A problem that is there once. */
  public DataProblem(Where where, String column, String reason) {
    this(where, column, reason, 0);
  }

  /** A place in a source. */
  public sealed interface Where {
    /** A line of a file, counted from 1, the header included. */
    record Line(String file, long number) implements Where {}

    /** A record of a file, counted from 1 without the header. */
    record Entry(String file, long number) implements Where {}

    /** A record of a table, counted from 1. */
    record Row(long number) implements Where {}

    /** A file as a whole. */
    record File(String file) implements Where {}

    /** The table, the query or the connection as a whole. */
    record Whole() implements Where {}
  }

  public static DataProblem line(String file, long number, String reason) {
    return new DataProblem(new Where.Line(file, number), "", reason);
  }

  public static DataProblem record(String file, long number, String reason) {
    return new DataProblem(new Where.Entry(file, number), "", reason);
  }

  public static DataProblem row(long number, String column, String reason) {
    return new DataProblem(new Where.Row(number), column, reason);
  }

  public static DataProblem file(String file, String reason) {
    return new DataProblem(new Where.File(file), "", reason);
  }

  public static DataProblem column(String column, String reason) {
    return new DataProblem(new Where.Whole(), column, reason);
  }

  public static DataProblem whole(String reason) {
    return new DataProblem(new Where.Whole(), "", reason);
  }

  /** The same problem, which others have as well. */
  public DataProblem alsoIn(long others) {
    return new DataProblem(where, column, reason, others);
  }

  /** One line for a person, such as {@code row 17, column chol: is not a number (and 3 more)}. */
  public String describe() {
    String place =
        switch (where) {
          case Where.Line line -> line.file() + ", line " + line.number();
          case Where.Entry entry -> entry.file() + ", record " + entry.number();
          case Where.Row row -> "row " + row.number();
          case Where.File file -> file.file();
          case Where.Whole _ -> "";
        };
    String full =
        column.isEmpty() ? place : (place.isEmpty() ? "" : place + ", ") + "column " + column;
    String others = more == 0 ? "" : " (and " + more + " more like it)";
    return (full.isEmpty() ? reason : full + ": " + reason) + others;
  }
}
