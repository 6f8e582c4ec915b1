package io.consilium.inference;

import java.time.Duration;

/**
 * How long a client waits, and how much it asks at once.
 *
 * @param connecting for a hospital to accept a connection
 * @param reply for a hospital's word on whether it goes on
 * @param answer for a hospital's share of an answer; longer than a party's own limits
 * @param rowsPerQuery more records are asked in several queries
 */
public record ClientLimits(Duration connecting, Duration reply, Duration answer, int rowsPerQuery) {
  public static final ClientLimits DEFAULT =
      new ClientLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(90), 1_000);
}
