package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.JobId;
import java.util.Optional;

/** Finished jobs that are on disk only. */
@FunctionalInterface
interface JobArchive {

  /** The archived job of this id. */
  Optional<JobFile> find(JobId id);
}
