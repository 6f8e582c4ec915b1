package io.consilium.coordinator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code coordinator.yaml} says.
 *
 * @param identity directory with the coordinator's key and certificate
 * @param consortium the file {@code consortium.yaml}
 * @param state directory that the coordinator owns: jobs, log
 * @param bind host to listen on, if it is not the one in the consortium file (behind NAT)
 * @param partyWaitMax how long a job waits for a party that is not running
 */
public record CoordinatorConfig(
    Path identity, Path consortium, Path state, Optional<String> bind, Duration partyWaitMax) {

  /** A party that is not running is waited for this long unless the file says otherwise. */
  static final int PARTY_WAIT_SECONDS_DEFAULT = 60;

  private static final int PARTY_WAIT_SECONDS_MAX = 86_400;

  /** Reads the file; relative paths in it are relative to it. */
  public static CoordinatorConfig load(Path file) throws ConfigException {
    Written written = StrictYaml.read(file, Written.class);
    int waitSeconds = written.partyWaitSeconds().orElse(PARTY_WAIT_SECONDS_DEFAULT);
    if (waitSeconds < 1 || waitSeconds > PARTY_WAIT_SECONDS_MAX) {
      throw new ConfigException(
          file + ": \"partyWaitSeconds\" should be 1 to " + PARTY_WAIT_SECONDS_MAX + ".");
    }
    return new CoordinatorConfig(
        RelativePaths.resolve(file, written.identity()),
        RelativePaths.resolve(file, written.consortium()),
        RelativePaths.resolve(file, written.state()),
        written.bind(),
        Duration.ofSeconds(waitSeconds));
  }

  private record Written(
      String identity,
      String consortium,
      String state,
      Optional<String> bind,
      Optional<Integer> partyWaitSeconds) {}
}
