package io.consilium.party.dataplane;

/** How many rows a data holder shares in one attempt. */
public record InputRows(int training, int validation) {}
