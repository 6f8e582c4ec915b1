package io.consilium.inference;

import java.time.Duration;

/**
 * The bounds of serving.
 *
 * @param rowsMax records of one query
 * @param queryElementsMax features of one query, over all records
 * @param waitingElementsMax the same of all queries at one party together, from the opening of a
 *     query to the end of its answer. A feature takes 16 bytes at a party, and 32 if it may be
 *     missing
 * @param waitingMax queries at one party
 * @param waitingPerClientMax the same, of one client
 * @param part how long a party waits for each piece of its own part of a query; see {@link
 *     #arrival} for the whole
 * @param answer how long a query waits to be taken up
 * @param computing how long the three may take for one query once it is taken up
 * @param opening how long the three take to open a session
 * @param heartbeat how often an idle leader gives a sign of life; far below the silence limit of a
 *     channel
 * @param idle after how long without a query a session is closed
 * @param retry how long a query is set aside that has not arrived everywhere
 * @param batches how queries are put together
 * @param lines the connections of clients
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
    Duration retry,
    Batches batches,
    Lines lines) {

  /**
   * The bounds of one evaluation. A query that is larger than a batch is one of its own.
   *
   * @param queriesMax queries of one batch
   * @param rowsMax records of one batch
   * @param elementsMax features of one batch, over all records
   * @param grace how long a party that lacks a part of a query lets the others wait when the query
   *     is announced for the first time
   * @param waitMax the leader refuses a query that would probably wait longer than this
   */
  public record Batches(
      int queriesMax, int rowsMax, int elementsMax, Duration grace, Duration waitMax) {
    public Batches {
      if (queriesMax < 1 || rowsMax < 1 || elementsMax < 1) {
        throw new IllegalArgumentException("a batch has one query, record and feature at least");
      }
    }
  }

  /**
   * The bounds of clients' lines.
   *
   * @param max lines at one party
   * @param perClientMax lines of one client at one party
   * @param idle after how long without a question a line is closed
   * @param inboxBytesMax bytes of one line that wait unread
   */
  public record Lines(int max, int perClientMax, Duration idle, int inboxBytesMax) {}

  /** An imported network may be thousands of times as large as what is trained here. */
  private static final int NETWORK_TIMES = 15;

  /** Of the slowest client that is waited for. */
  private static final int BYTES_PER_SECOND_MIN = 1_000_000;

  /** Two of the largest queries wait, or many small ones: 256 MiB at most at a party. */
  public static final ServingLimits DEFAULT =
      new ServingLimits(
          10_000,
          1 << 22,
          1 << 23,
          1_024,
          32,
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofMillis(20),
          new Batches(256, 2_048, 1 << 18, Duration.ofMillis(5), Duration.ofSeconds(2)),
          new Lines(512, 16, Duration.ofMinutes(10), 1 << 18));

  /** The most records that a query to a model may have. */
  int rowsMax(ModelCard card) {
    return Math.min(rowsMax, queryElementsMax / card.features().columns());
  }

  /** The most records of a batch of a model, unless a query has more. */
  int batchRowsMax(ModelCard card) {
    int rows = batches.elementsMax() / card.features().columns();
    return Math.clamp(rows, 1, batches.rowsMax());
  }

  /**
   * How long the parts of a query travel that hold one word for each of its elements, on the
   * slowest line that is waited for. The third part is of two seeds and there at once.
   */
  static Duration transfer(ModelCard card, int rows) {
    long elements = (card.hasMask() ? 2L : 1L) * rows * card.features().columns();
    return Duration.ofMillis(Long.BYTES * elements * 1_000 / BYTES_PER_SECOND_MIN);
  }

  /** How long a party waits for all of its own part of a query, and the leader for the others'. */
  Duration arrival(ModelCard card, int rows) {
    return part.plus(transfer(card, rows));
  }

  /**
   * How long a query waits to be taken up from when one part is there; behind a question to a large
   * network that is long.
   */
  Duration answer(ModelCard card, int rows) {
    Duration usual = card.isImported() ? answer.multipliedBy(NETWORK_TIMES) : answer;
    return usual.plus(transfer(card, rows));
  }

  /** How long the three may take for one query. */
  Duration computing(ModelCard card) {
    return card.isImported() ? computing.multipliedBy(NETWORK_TIMES) : computing;
  }

  /** What the leader lets a query wait. */
  Duration waitMax(ModelCard card) {
    return card.isImported() ? batches.waitMax().multipliedBy(NETWORK_TIMES) : batches.waitMax();
  }

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
        retry,
        batches,
        lines);
  }

  /** The same with more time to open a session, for slow machines and networks. */
  public ServingLimits withOpening(Duration changed) {
    return new ServingLimits(
        rowsMax,
        queryElementsMax,
        waitingElementsMax,
        waitingMax,
        waitingPerClientMax,
        part,
        answer,
        computing,
        changed,
        heartbeat,
        idle,
        retry,
        batches,
        lines);
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
        retry,
        batches,
        lines);
  }

  /** The same with other places for queries, at a party and for one client. */
  public ServingLimits withWaiting(int changedMax, int changedPerClientMax) {
    return new ServingLimits(
        rowsMax,
        queryElementsMax,
        waitingElementsMax,
        changedMax,
        changedPerClientMax,
        part,
        answer,
        computing,
        opening,
        heartbeat,
        idle,
        retry,
        batches,
        lines);
  }

  /** The same with other batches. */
  public ServingLimits with(Batches changed) {
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
        heartbeat,
        idle,
        retry,
        changed,
        lines);
  }

  /** The same with other lines. */
  public ServingLimits with(Lines changed) {
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
        heartbeat,
        idle,
        retry,
        batches,
        changed);
  }
}
