package io.consilium.bench;

import io.consilium.coordinator.cli.ExitCode;
import io.consilium.coordinator.cli.ParentWatch;
import java.io.PrintStream;

/** A process that measures something alone and prints what it {@link Measured}. */
final class SoloProcess {

  private SoloProcess() {}

  /**
   * What the process is told at its start.
   *
   * @param plaintext whether it measures the computation in the clear
   */
  record Role(boolean plaintext, Assignment assignment) {
    Task task() {
      return switch (assignment.find()) {
        case Benchmark.Compared compared when plaintext -> compared.plaintext();
        case Benchmark.Kernel kernel -> kernel.prepare();
        case Benchmark.Secure secure ->
            throw new IllegalArgumentException(secure.name() + " is for three parties");
        case Benchmark.Serving serving ->
            throw new IllegalArgumentException(serving.name() + " is for three parties");
      };
    }
  }

  /** Runs and ends the process. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    PrintStream out = System.out;
    System.setOut(System.err);
    System.exit(run(Lines.read(arguments[0], Role.class), out));
  }

  private static int run(Role role, PrintStream out) {
    try {
      out.println(Lines.say(Measurement.of(role.task(), Surroundings.NONE, role.assignment())));
      return ExitCode.DONE;
    } catch (WrongResult e) {
      System.err.println(e.getMessage());
      return ExitCode.INTERNAL;
    } catch (RuntimeException e) {
      e.printStackTrace(System.err);
      return ExitCode.INTERNAL;
    }
  }
}
