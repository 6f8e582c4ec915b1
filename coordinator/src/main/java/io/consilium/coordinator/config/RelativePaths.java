package io.consilium.coordinator.config;

import java.nio.file.Path;

/** Paths in a file are relative to that file, wherever the program was started. */
public final class RelativePaths {

  private RelativePaths() {}

  /** The path that {@code written} means inside {@code file}. */
  public static Path resolve(Path file, String written) {
    return file.toAbsolutePath().resolveSibling(written).normalize();
  }
}
