package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.Principal;

/**
 * Who sees which job: a researcher those that he or she submitted, a party those that it takes part
 * in, the coordinator all. To everybody else a job is one that does not exist.
 */
final class Visibility {

  private Visibility() {}

  static boolean shows(Job job, Principal viewer) {
    return switch (viewer.role()) {
      case RESEARCHER -> job.researcher().equals(viewer);
      case PARTY ->
          job.researcher().equals(viewer) || job.envelope().parties().contains(viewer.name());
      case COORDINATOR -> true;
      case CLIENT -> false;
    };
  }

  /** The one answer about a job that the viewer does not see, whether or not there is one. */
  static RefusedException noJob(JobId id) {
    return RefusedException.badData("There is no job " + id + ".");
  }
}
