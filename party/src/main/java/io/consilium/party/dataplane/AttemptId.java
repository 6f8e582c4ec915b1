package io.consilium.party.dataplane;

import io.consilium.coordinator.contract.JobId;
import io.consilium.protocols.transport.SessionId;

/** One attempt at a job, and the session that its shares belong to. */
public record AttemptId(JobId job, int number, SessionId session) {
  @Override
  public String toString() {
    return job + "/" + number;
  }
}
