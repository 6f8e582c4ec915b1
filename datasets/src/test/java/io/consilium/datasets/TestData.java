package io.consilium.datasets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The real data sets that some tests read; they are not part of the project. */
public final class TestData {
  private TestData() {}

  /** A directory below the system property {@code consilium.data}; skips the test if absent. */
  public static Path directory(String name) {
    Path directory = Path.of(System.getProperty("consilium.data", "data")).resolve(name);
    assumeTrue(
        Files.isDirectory(directory),
        () -> "skipped: no test data at " + directory + " (set -Dconsilium.data=DIR)");
    return directory;
  }
}
