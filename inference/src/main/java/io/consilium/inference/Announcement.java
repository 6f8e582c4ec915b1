package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.SessionId;
import java.nio.ByteBuffer;

/** What the leader says next, always of the same size. */
record Announcement(Command command, SessionId query, int rows) {
  static final int WORDS = 4;

  /** On the wire by its index: append only. */
  enum Command {
    /** Nothing to do, still here. */
    HEARTBEAT,
    /** The session ends in an orderly way. */
    CLOSE,
    /** A query; parties that lack their part may have it later. */
    OFFER,
    /** A query that has waited long enough. */
    LAST_OFFER
  }

  private static final SessionId NONE = new SessionId(0, 0);

  static final Announcement HEARTBEAT = new Announcement(Command.HEARTBEAT, NONE, 0);
  static final Announcement CLOSE = new Announcement(Command.CLOSE, NONE, 0);

  static Announcement of(QueryDesk.Part.Here part) {
    return new Announcement(
        part.last() ? Command.LAST_OFFER : Command.OFFER, part.query().id(), part.query().rows());
  }

  long[] words() {
    long[] words = new long[WORDS];
    words[0] = command.ordinal();
    ByteBuffer.wrap(query.bytes()).asLongBuffer().get(words, 1, 2);
    words[3] = rows;
    return words;
  }

  static Announcement of(long[] words, ComputeParty leader, int rowsMax) {
    if (words[0] < 0 || words[0] >= Command.values().length) {
      throw new ProtocolViolation(leader, "announcement", "there is no command " + words[0]);
    }
    if (words[3] < 0 || words[3] > rowsMax) {
      throw new ProtocolViolation(leader, "announcement", "a query of " + words[3] + " rows");
    }
    return new Announcement(
        Command.values()[(int) words[0]], new SessionId(words[1], words[2]), (int) words[3]);
  }
}
