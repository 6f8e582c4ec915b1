package io.consilium.party.cli;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.party.config.PartyConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that every verb of a node has. */
final class ConfigOption {

  @Option(
      names = "--config",
      defaultValue = "party.yaml",
      description = "The node's configuration (default: ${DEFAULT-VALUE}).")
  private Path file;

  PartyConfig load() throws ConfigException {
    return PartyConfig.load(file);
  }
}
