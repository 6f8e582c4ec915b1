package io.consilium.party.policy;

/**
 * One value that a job wants to open.
 *
 * @param value its name, for example {@code loss}
 * @param to who would learn it
 */
public record DisclosureRequest(String value, Recipient to) {}
