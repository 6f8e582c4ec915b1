package io.consilium.coordinator.jobs;

import io.consilium.coordinator.contract.ControlMessage;
import io.consilium.coordinator.contract.JobId;

/** What the actor has to do after a decision, in order. */
sealed interface Effect {

  /** Make it durable before anything that follows. */
  record Save(JobFile file) implements Effect {}

  /** Move a finished job from the jobs that are kept in memory to those that are on disk only. */
  record Archive(JobId id) implements Effect {}

  /** Tell a party, if it is up. Messages that get lost are repeated when it registers again. */
  record Tell(String party, ControlMessage.ToParty message) implements Effect {}
}
