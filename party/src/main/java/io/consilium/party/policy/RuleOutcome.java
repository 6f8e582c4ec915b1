package io.consilium.party.policy;

/**
 * What one rule says about one job.
 *
 * @param rule the rule's key in {@code policy.yaml}
 * @param allowed whether the job keeps it
 * @param sentence why, for people
 */
public record RuleOutcome(String rule, boolean allowed, String sentence) {}
