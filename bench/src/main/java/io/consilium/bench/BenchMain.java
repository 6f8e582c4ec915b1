package io.consilium.bench;

import io.consilium.coordinator.cli.CommandLines;
import io.consilium.coordinator.cli.ParentWatch;

/** The verb {@code bench}. */
public final class BenchMain {

  private BenchMain() {}

  /** Runs and exits with the command's code. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    System.exit(CommandLines.execute(new BenchCommand(), arguments));
  }
}
