package io.consilium.coordinator.cli;

import io.consilium.coordinator.contract.Results;
import java.util.List;
import java.util.stream.Stream;

/**
 * The results of a job as the researcher may believe them.
 *
 * @param parties the compute parties whose word it takes
 * @param results what all of them say
 * @param problems what is wrong with their reports, one sentence each; names the party
 */
public record CheckedResults(
    State state, List<String> parties, Results results, List<String> problems) {

  /** How far results are known. */
  public enum State {
    /** Nothing is sealed to whoever looks. */
    NONE,
    /** Not every compute party has said something yet. */
    WAITING,
    /** Signed by every compute party, opened, and equal. */
    AGREED,
    /** Sealed to a key that is not here. */
    NO_KEY,
    /** Something is missing, was changed, or differs. */
    REFUSED
  }

  /** Copies the lists. */
  public CheckedResults {
    parties = List.copyOf(parties);
    problems = List.copyOf(problems);
  }

  static CheckedResults without(State state, List<String> parties, List<String> problems) {
    return new CheckedResults(state, parties, Results.NONE, problems);
  }

  /** The same after something was wrong earlier. */
  CheckedResults after(List<String> earlier) {
    if (earlier.isEmpty()) {
      return this;
    }
    List<String> all = Stream.concat(earlier.stream(), problems.stream()).distinct().toList();
    return without(State.REFUSED, parties, all);
  }

  /** What a command that shows them exits with, if the job itself is no failure. */
  public int exitCode() {
    return switch (state) {
      case NONE, WAITING, AGREED -> ExitCode.DONE;
      case NO_KEY, REFUSED -> ExitCode.BAD_DATA;
    };
  }
}
