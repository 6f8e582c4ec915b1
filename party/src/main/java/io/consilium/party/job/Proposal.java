package io.consilium.party.job;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.plan.Plan;

/** A job that this party has looked at. */
record Proposal(JobId id, Principal researcher, Plan plan) {}
