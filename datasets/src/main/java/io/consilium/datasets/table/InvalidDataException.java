package io.consilium.datasets.table;

import io.consilium.datasets.DatasetException;
import java.util.List;
import java.util.stream.Collectors;

/** Data that does not fit the schema, with the first problems, each with its place and reason. */
public final class InvalidDataException extends DatasetException {
  private static final long serialVersionUID = 1L;

  private final transient List<DataProblem> problems;

  /**
   * One or more problems of one source.
   *
   * @param source which data, such as {@code dataset heart}
   * @param problems at least one
   * @param more whether there are further problems that are not in the list
   */
  public InvalidDataException(String source, List<DataProblem> problems, boolean more) {
    super(message(source, problems, more));
    this.problems = List.copyOf(problems);
  }

  public InvalidDataException(String source, DataProblem problem) {
    this(source, List.of(problem), false);
  }

  public List<DataProblem> problems() {
    return problems;
  }

  private static String message(String source, List<DataProblem> problems, boolean more) {
    if (problems.size() == 1 && !more) {
      return source + ": " + problems.getFirst().describe();
    }
    String count =
        more ? "the first " + problems.size() + " problems" : problems.size() + " problems";
    return problems.stream()
        .map(problem -> "\n  " + problem.describe())
        .collect(Collectors.joining("", source + ": " + count, ""));
  }
}
