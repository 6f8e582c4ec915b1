package io.consilium.coordinator.jobs;

import java.time.Duration;

/**
 * How long the coordinator waits for what.
 *
 * @param absentMax for a party that is not running while a job awaits approval
 * @param silentMax for the first answer of a party that is running
 * @param pendingMax for an officer's decision
 * @param queuedMax for a party that went away while the job was queued
 * @param lossGrace for a running job's party to come back, and for the others to say what they saw
 * @param reportSettle for the other parties' reports after the first failure
 * @param adoption for the parties of a running job to return after the coordinator restarted
 * @param registrationMax after which a party that has not registered again is not running
 */
public record Patience(
    Duration absentMax,
    Duration silentMax,
    Duration pendingMax,
    Duration queuedMax,
    Duration lossGrace,
    Duration reportSettle,
    Duration adoption,
    Duration registrationMax) {

  /** The usual times, with the configured wait for parties that are not running. */
  public static Patience standard(Duration absentMax) {
    return new Patience(
        absentMax,
        Duration.ofMinutes(10),
        Duration.ofDays(7),
        Duration.ofMinutes(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(3),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20));
  }
}
