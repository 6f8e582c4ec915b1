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
import java.util.ArrayList;
import java.util.List;

/**
 * One JSON file per job. A file is replaced as a whole: written aside, forced to disk, renamed, and
 * the directory forced, so that a crash leaves the old job or the new one.
 */
final class JobStore {

  private static final String SUFFIX = ".json";

  private final Path directory;

  JobStore(Path state) throws ConfigException {
    directory = state.resolve("jobs");
    try {
      Files.createDirectories(directory);
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

  private Path path(JobId id) {
    return directory.resolve(id + SUFFIX);
  }
}
