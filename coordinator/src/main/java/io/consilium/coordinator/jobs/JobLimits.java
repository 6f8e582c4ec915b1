package io.consilium.coordinator.jobs;

/**
 * How many jobs the coordinator holds.
 *
 * @param openMax that wait or run
 * @param openPerResearcherMax of them, of one researcher
 * @param openReserved the last places of {@code openMax}, for researchers who have no open job
 * @param finishedMax in memory: so many that succeeded, and so many that did not; older ones are
 *     archived
 * @param archivedMax in the archive, on disk only; older ones are deleted
 */
record JobLimits(
    int openMax, int openPerResearcherMax, int openReserved, int finishedMax, int archivedMax) {

  static final JobLimits DEFAULT = new JobLimits(200, 20, 50, 500, 10_000);
}
