package io.consilium.coordinator.link;

import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import io.consilium.coordinator.identity.SignedDocument;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proposals that this party has not refused and that have not begun, one file each, so that a
 * party that is restarted while an officer decides still knows them. They are only a memory: what
 * is read back goes through every check again.
 */
final class ProposalFiles {

  private static final Logger LOG = LoggerFactory.getLogger(ProposalFiles.class);
  private static final String SUFFIX = ".json";

  private final Optional<Path> directory;

  private record Stored(SignedDocument manifest, SignedDocument submission) {}

  private ProposalFiles(Optional<Path> directory) {
    this.directory = directory;
  }

  /** Files in a party's state directory. */
  static ProposalFiles in(Path state) {
    return new ProposalFiles(Optional.of(state.resolve("proposals")));
  }

  /** No files: everything is forgotten when the process ends. */
  static ProposalFiles none() {
    return new ProposalFiles(Optional.empty());
  }

  /** Every proposal that is kept; a damaged file is named in the log and deleted. */
  Map<JobId, ControlMessage.Propose> load() {
    Map<JobId, ControlMessage.Propose> proposals = new TreeMap<>();
    if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
      return proposals;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.get(), "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String id = name.substring(0, name.length() - SUFFIX.length());
        if (JobId.isId(id)) {
          load(file).ifPresent(proposal -> proposals.put(new JobId(id), proposal));
        }
      }
    } catch (IOException e) {
      LOG.error("{} cannot be read: {}", directory.get(), e.getMessage());
    }
    return proposals;
  }

  private static Optional<ControlMessage.Propose> load(Path file) throws IOException {
    try {
      Stored stored = Json.read(Files.readAllBytes(file), Stored.class);
      return Optional.of(new ControlMessage.Propose(stored.manifest(), stored.submission()));
    } catch (IOException e) {
      LOG.error("{} is damaged; the coordinator will propose this job again.", file);
      Files.deleteIfExists(file);
      return Optional.empty();
    }
  }

  /** Makes a proposal durable. */
  void keep(JobId id, ControlMessage.Propose proposal) {
    if (directory.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(
          directory.get(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path aside = directory.get().resolve(id + ".tmp");
      try (FileChannel channel =
          FileChannel.open(
              aside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes =
            ByteBuffer.wrap(Json.bytes(new Stored(proposal.manifest(), proposal.submission())));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(aside, file(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // The coordinator proposes it again after a restart, as long as it is there.
      LOG.error("The proposal of job {} cannot be kept on disk: {}", id, e.getMessage());
    }
  }

  /** The proposal was refused, has begun or is over. */
  void forget(JobId id) {
    if (directory.isEmpty()) {
      return;
    }
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      LOG.error("The proposal of job {} cannot be deleted: {}", id, e.getMessage());
    }
  }

  private Path file(JobId id) {
    return directory.orElseThrow().resolve(id + SUFFIX);
  }
}
