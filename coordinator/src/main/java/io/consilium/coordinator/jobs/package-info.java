/**
 * The life of jobs: pure decisions ({@link io.consilium.coordinator.jobs.Job}, {@link
 * io.consilium.coordinator.jobs.JobBook}), the files they are kept in, and the actor that moves
 * messages to and from them.
 */
package io.consilium.coordinator.jobs;
