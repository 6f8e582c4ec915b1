package io.consilium.coordinator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.consilium.coordinator.config.ProfileConfig;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.identity.OwnerOnly;
import io.consilium.coordinator.identity.X25519;
import io.consilium.coordinator.jobs.Papers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A researcher's keys for results, one file for each job, in the directory {@code results} of the
 * identity: mode 0600, and on the disk before the job is submitted. Whoever loses a file loses the
 * results of its job; nobody else has the key.
 */
public final class ResultKeys {
  private static final String DIRECTORY = "results";

  private final Path directory;

  private ResultKeys(Path directory) {
    this.directory = directory;
  }

  /** The keys of a profile. */
  public static ResultKeys of(ProfileConfig profile) {
    return new ResultKeys(profile.identity().resolve(DIRECTORY));
  }

  /** What is in a file. */
  private record Written(
      JobId jobId,
      String manifestSha256,
      List<String> computeParties,
      String key,
      String publicKey) {}

  /**
   * The key for a job that is to be submitted; the one that is here already, if the same study is
   * submitted again under the same id.
   *
   * @param manifest the bytes that are signed
   */
  public ResultKey of(JobId id, byte[] manifest, SecureRandom random) throws CommandException {
    String digest = Papers.sha256(manifest);
    Optional<ResultKey> known = find(id);
    if (known.isEmpty()) {
      return create(id, digest, computeParties(manifest), random);
    }
    if (!known.get().manifestSha256().equals(digest)) {
      throw new CommandException(
          ExitCode.BAD_DATA, "Job " + id + " is of another study. Leave out --id for a new job.");
    }
    return known.get();
  }

  private static List<String> computeParties(byte[] manifest) throws CommandException {
    try {
      List<String> names = new ArrayList<>();
      Json.read(manifest, JsonNode.class)
          .path("computeParties")
          .forEach(name -> names.add(name.asText()));
      return names;
    } catch (IOException e) {
      throw new CommandException(ExitCode.BAD_DATA, "The study is not well-formed.");
    }
  }

  /**
   * Makes a key and keeps it.
   *
   * @param manifestSha256 digest of the manifest's signed bytes
   * @param computeParties the three that compute
   */
  ResultKey create(
      JobId id, String manifestSha256, List<String> computeParties, SecureRandom random)
      throws CommandException {
    KeyPair pair = X25519.generate(random);
    ResultKey key = new ResultKey(id, manifestSha256, computeParties, pair);
    Written written =
        new Written(
            id,
            manifestSha256,
            key.computeParties(),
            Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()),
            key.publicHex());
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      write(file(id), Json.bytes(written));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.BAD_DATA,
          "The key for the results cannot be kept in "
              + directory
              + ", so nothing was submitted. Is the disk full, or the directory somebody else's?");
    }
    return key;
  }

  /** The key of a job, if it was made here. */
  public Optional<ResultKey> find(JobId id) throws CommandException {
    Path file = file(id);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      OwnerOnly.require(file);
      Written written = Json.read(Files.readAllBytes(file), Written.class);
      if (!written.jobId().equals(id)) {
        throw damaged(file);
      }
      KeyPair pair =
          new KeyPair(
              X25519.publicKey(written.publicKey()),
              X25519.privateKey(Base64.getDecoder().decode(written.key())));
      return Optional.of(
          new ResultKey(id, written.manifestSha256(), written.computeParties(), pair));
    } catch (IdentityException e) {
      throw new CommandException(ExitCode.BAD_DATA, String.valueOf(e.getMessage()));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      // Without the cause: a parser's message may quote what it read.
      throw damaged(file);
    }
  }

  /** Where the key of a job is, or should be. */
  public Path file(JobId id) {
    return directory.resolve(id + ".json");
  }

  private static CommandException damaged(Path file) {
    return new CommandException(
        ExitCode.BAD_DATA,
        file + " is damaged, so the results that were sealed to its key cannot be opened.");
  }

  /** Written aside, forced to disk, renamed, and the directory forced. */
  private void write(Path file, byte[] content) throws IOException {
    Path aside =
        Files.createTempFile(
            directory,
            ".key-",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
      self.force(true);
    }
  }
}
