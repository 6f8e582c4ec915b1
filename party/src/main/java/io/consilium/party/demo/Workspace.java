package io.consilium.party.demo;

import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.party.ExitCode;
import io.consilium.party.UserException;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory of one run: a folder for each participant, as if it were that participant's own
 * machine, and the public file and the logs beside them.
 */
final class Workspace {

  /** The most runs that one workspace keeps. */
  static final int RUNS_MAX = 10_000;

  private final Path directory;

  private Workspace(Path directory) {
    this.directory = directory;
  }

  /** A new directory {@code run-N} in this place; earlier runs are left as they are. */
  static Workspace create(Path root) throws UserException, IOException {
    Path absolute = root.toAbsolutePath().normalize();
    if (Files.exists(absolute) && !Files.isDirectory(absolute)) {
      throw new UserException(
          ExitCode.BAD_DATA, absolute + " is a file. Choose another --workspace.");
    }
    PrivateFiles.createDirectory(absolute);
    for (int run = 1; run <= RUNS_MAX; run++) {
      Path directory = absolute.resolve("run-" + run);
      if (claims(directory)) {
        Workspace workspace = new Workspace(directory);
        PrivateFiles.createDirectory(workspace.logs());
        return workspace;
      }
    }
    throw new UserException(
        ExitCode.BAD_DATA,
        absolute + " holds " + RUNS_MAX + " runs. Delete some, or choose another --workspace.");
  }

  /** False if an earlier run, or one that begins at the same time, has it. */
  private static boolean claims(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    }
  }

  Path directory() {
    return directory;
  }

  Path authority() {
    return directory.resolve("authority");
  }

  Path consortium() {
    return directory.resolve("consortium.yaml");
  }

  Path logs() {
    return directory.resolve("logs");
  }

  Path log(String name) {
    return logs().resolve(name + ".log");
  }

  /** A participant's own folder. */
  Path home(String name) {
    return directory.resolve(name);
  }

  Path identity(Principal principal) {
    return home(principal.name()).resolve("identity");
  }

  /** What a node, a researcher or a client is started with. */
  Path config(Principal principal) {
    return home(principal.name()).resolve(configName(principal.role()));
  }

  Path datasets(String hospital) {
    return home(hospital).resolve("datasets.yaml");
  }

  Path policy(String party) {
    return home(party).resolve("policy.yaml");
  }

  Path state(String node) {
    return home(node).resolve("state");
  }

  /** Where a compute party leaves what a job disclosed to the parties. */
  Path results(String party, String jobId) {
    return state(party).resolve("results").resolve(jobId + ".json");
  }

  Path study(long seed) {
    return home(Roster.RESEARCHER.name()).resolve("study-" + seed + ".yaml");
  }

  Path questions() {
    return home(Roster.CLIENT.name()).resolve("questions.csv");
  }

  /** Writes a text for its owner only. */
  static void write(Path file, String text) throws IOException {
    PrivateFiles.createDirectory(file.getParent());
    PrivateFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String configName(Role role) {
    return switch (role) {
      case PARTY -> "party.yaml";
      case COORDINATOR -> "coordinator.yaml";
      case RESEARCHER, CLIENT -> "profile.yaml";
    };
  }
}
