package io.consilium.party.config;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.config.RelativePaths;
import io.consilium.coordinator.config.StrictYaml;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code party.yaml} says. All paths are absolute here.
 *
 * @param identity directory with the party's key and certificate
 * @param consortium the file {@code consortium.yaml}
 * @param state directory that the node owns: store, audit log, approvals
 * @param datasets the file {@code datasets.yaml}, unless the party has no data
 * @param policy the file {@code policy.yaml}
 * @param bind host to listen on, if it is not the one in the consortium file (behind NAT)
 * @param metrics where to give what the node counts; nowhere, if the key is absent
 */
public record PartyConfig(
    Path identity,
    Path consortium,
    Path state,
    Optional<Path> datasets,
    Path policy,
    Optional<String> bind,
    Optional<Endpoint> metrics) {

  /** Reads the file; relative paths in it are relative to it. */
  public static PartyConfig load(Path file) throws ConfigException {
    Written written = StrictYaml.read(file, Written.class);
    return new PartyConfig(
        RelativePaths.resolve(file, written.identity()),
        RelativePaths.resolve(file, written.consortium()),
        RelativePaths.resolve(file, written.state()),
        written.datasets().map(path -> RelativePaths.resolve(file, path)),
        RelativePaths.resolve(file, written.policy()),
        written.bind(),
        written.metrics());
  }

  private record Written(
      String identity,
      String consortium,
      String state,
      Optional<String> datasets,
      String policy,
      Optional<String> bind,
      Optional<Endpoint> metrics) {}
}
