package io.consilium.coordinator.jobs;

import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.contract.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One JSON file per job. A file is replaced as a whole: written aside, forced to disk, renamed, and
 * the directory forced, so that a crash leaves the old job or the new one. The archive is a
 * directory beside them, whose files are read one at a time and only when somebody asks for one.
 */
final class JobStore implements JobArchive {

  private static final String SUFFIX = ".json";
  private static final Logger LOG = LoggerFactory.getLogger(JobStore.class);

  private final Path directory;
  private final Path archive;

  /** The archived jobs, the oldest first. */
  private final ArrayDeque<JobId> archived = new ArrayDeque<>();

  private final int archivedMax;

  /** The store in the coordinator's state directory. */
  JobStore(Path state, JobLimits limits) throws ConfigException {
    archivedMax = limits.archivedMax();
    directory = state.resolve("jobs");
    archive = directory.resolve("archive");
    try {
      Files.createDirectories(archive);
      archived.addAll(listed(archive));
    } catch (IOException e) {
      throw new ConfigException(
          directory + " cannot be created. Check key \"state\" of the coordinator's file.");
    }
  }

  /** Every stored job. */
  List<JobFile> load() throws ConfigException {
    List<JobFile> jobs = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        jobs.add(load(file));
      }
    } catch (IOException e) {
      throw new ConfigException(directory + " cannot be read.");
    }
    return jobs;
  }

  /** The jobs of a directory in the order in which they changed last. */
  private static List<JobId> listed(Path directory) throws IOException {
    record Found(JobId id, FileTime changed) {}
    List<Found> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String id = name.substring(0, name.length() - SUFFIX.length());
        if (JobId.isId(id)) {
          found.add(new Found(new JobId(id), Files.getLastModifiedTime(file)));
        }
      }
    }
    found.sort(Comparator.comparing(Found::changed));
    return found.stream().map(Found::id).toList();
  }

  /** Moves a job to the archive. */
  void archive(JobId id) throws IOException {
    Files.move(path(id), archived(id), StandardCopyOption.ATOMIC_MOVE);
    archived.addLast(id);
    while (archived.size() > archivedMax) {
      Files.deleteIfExists(archived(archived.removeFirst()));
    }
  }

  @Override
  public Optional<JobFile> find(JobId id) {
    Path file = Files.exists(archived(id)) ? archived(id) : path(id);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(load(file));
    } catch (ConfigException e) {
      LOG.error("{}", e.getMessage());
      return Optional.empty();
    }
  }

  private static JobFile load(Path file) throws ConfigException {
    try {
      return Json.read(Files.readAllBytes(file), JobFile.class);
    } catch (IOException e) {
      throw new ConfigException(
          file
              + " is damaged or of another version. Move it away to go on without this job; "
              + "nothing else is affected.");
    }
  }

  /** Makes a job durable. */
  void save(JobFile file) throws IOException {
    Path target = path(file.job().id());
    Path aside = directory.resolve(file.job().id() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(file));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel self = FileChannel.open(directory, StandardOpenOption.READ)) {
      self.force(true);
    }
  }

  private Path archived(JobId id) {
    return archive.resolve(id + SUFFIX);
  }

  private Path path(JobId id) {
    return directory.resolve(id + SUFFIX);
  }
}
