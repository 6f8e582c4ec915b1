package io.consilium.coordinator.config;

import java.nio.file.Path;

/**
 * What a researcher's or client's profile says.
 *
 * @param identity directory with the person's key and certificate
 * @param consortium the file {@code consortium.yaml}
 */
public record ProfileConfig(Path identity, Path consortium) {

  /** Reads the file; relative paths in it are relative to it. */
  public static ProfileConfig load(Path file) throws ConfigException {
    Written written = StrictYaml.read(file, Written.class);
    return new ProfileConfig(
        RelativePaths.resolve(file, written.identity()),
        RelativePaths.resolve(file, written.consortium()));
  }

  private record Written(String identity, String consortium) {}
}
