package io.consilium.party.job;

import io.consilium.coordinator.contract.JobId;
import io.consilium.party.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The jobs that have been started here, on disk: whoever sends an old order again, also after a
 * restart, gets no second run and so no second opening.
 */
final class RunJobs {
  private final Path directory;

  RunJobs(Path state) {
    this.directory = state.resolve("started");
  }

  boolean contains(JobId id) {
    return Files.exists(directory.resolve(id.value()));
  }

  /**
   * Notes that a job begins; on the disk when it returns.
   *
   * @throws IOException also if it was noted before
   */
  void add(JobId id) throws IOException {
    PrivateFiles.createDirectory(directory);
    PrivateFiles.create(directory.resolve(id.value()), new byte[0]);
  }
}
