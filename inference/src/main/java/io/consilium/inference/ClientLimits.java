package io.consilium.inference;

import java.time.Duration;

/**
 * How long a client waits, and how much it asks at once.
 *
 * @param connecting for a hospital to accept a connection
 * @param reply for a hospital's word on whether it goes on
 * @param answer for a hospital's share of an answer; longer than a party's own limits
 * @param rowsPerQuery more records are asked in several queries
 * @param elementsPerQuery features of one query at most, over all its records
 * @param queriesUnderWay of one question at a time, if it has more records than a query
 * @param room how long a question waits until the hospitals have room for it, before anything is
 *     sent; zero to be refused at once
 */
public record ClientLimits(
    Duration connecting,
    Duration reply,
    Duration answer,
    int rowsPerQuery,
    int elementsPerQuery,
    int queriesUnderWay,
    Duration room) {
  private static final int NETWORK_TIMES = 15;

  public static final ClientLimits DEFAULT =
      new ClientLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(90), 1_000);

  /** Limits with the usual flow of queries. */
  public ClientLimits(Duration connecting, Duration reply, Duration answer, int rowsPerQuery) {
    this(connecting, reply, answer, rowsPerQuery, 1 << 16, 4, answer);
  }

  /** The same with another patience for room. */
  public ClientLimits withRoom(Duration changed) {
    return new ClientLimits(
        connecting, reply, answer, rowsPerQuery, elementsPerQuery, queriesUnderWay, changed);
  }

  /** How long the client waits for an answer; longer than a party's own limits. */
  Duration answer(ModelCard card, int rows) {
    Duration usual = card.isImported() ? answer.multipliedBy(NETWORK_TIMES) : answer;
    return usual.plus(ServingLimits.transfer(card, rows));
  }

  /** Records of one query to a model. */
  int rowsPerQuery(ModelCard card) {
    return Math.clamp(elementsPerQuery / card.features().columns(), 1, rowsPerQuery);
  }
}
