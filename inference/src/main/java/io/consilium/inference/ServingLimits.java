package io.consilium.inference;

import java.time.Duration;

/**
 * The bounds of serving.
 *
 * @param rowsMax records of one query
 * @param queryElementsMax features of one query, over all records
 * @param waitingElementsMax the same of all queries at one party together, from the opening of a
 *     query to the end of its answer
 * @param waitingMax queries at one party
 * @param waitingPerClientMax the same, of one client
 * @param part how long a party waits for its own part of a query, and the leader for the others'
 * @param answer how long a query waits to be taken up
 * @param computing how long the three may take for one query once it is taken up
 * @param opening how long the three take to open a session
 * @param heartbeat how often an idle leader gives a sign of life; far below the silence limit of a
 *     channel
 * @param idle after how long without a query a session is closed
 * @param retry how long a query is set aside that has not arrived everywhere
 */
public record ServingLimits(
    int rowsMax,
    int queryElementsMax,
    int waitingElementsMax,
    int waitingMax,
    int waitingPerClientMax,
    Duration part,
    Duration answer,
    Duration computing,
    Duration opening,
    Duration heartbeat,
    Duration idle,
    Duration retry) {
  public static final ServingLimits DEFAULT =
      new ServingLimits(
          10_000,
          1 << 20,
          1 << 22,
          256,
          32,
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMillis(20));

  /** The same with other patience for parts, for tests and slow networks. */
  public ServingLimits withPart(Duration changed) {
    return new ServingLimits(
        rowsMax,
        queryElementsMax,
        waitingElementsMax,
        waitingMax,
        waitingPerClientMax,
        changed,
        answer,
        computing,
        opening,
        heartbeat,
        idle,
        retry);
  }

  /** The same with another life of an idle session. */
  public ServingLimits withIdle(Duration changedHeartbeat, Duration changedIdle) {
    return new ServingLimits(
        rowsMax,
        queryElementsMax,
        waitingElementsMax,
        waitingMax,
        waitingPerClientMax,
        part,
        answer,
        computing,
        opening,
        changedHeartbeat,
        changedIdle,
        retry);
  }
}
