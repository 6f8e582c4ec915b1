package io.consilium.party.job;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.Principal;
import io.consilium.party.plan.JobPlan;

/** A job that this party has looked at. */
record Proposal(JobId id, Principal researcher, JobPlan plan) {}
