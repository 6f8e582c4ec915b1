package io.consilium.party.release;

/**
 * One job that took this site's records.
 *
 * @param job its identifier
 * @param split how it divided the records, in words that are equal if it is the same division
 * @param records how many there were
 * @param at when, ISO-8601
 */
public record Release(String job, String split, int records, String at) {}
