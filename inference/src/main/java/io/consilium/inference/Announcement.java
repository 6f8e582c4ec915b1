package io.consilium.inference;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.SessionId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the leader says next: a head of always the same size, and the queries of a batch, whose
 * number it gives. Their order is that of the batch at all three parties.
 */
record Announcement(Command command, List<Offer> offers) {
  static final int HEAD_WORDS = 2;
  static final int OFFER_WORDS = 4;

  private static final long FIRST = 1;
  private static final long LAST = 2;

  /** On the wire by its index: append only. */
  enum Command {
    /** Nothing to do, still here. */
    HEARTBEAT,
    /** The session ends in an orderly way. */
    CLOSE,
    /** A batch. */
    OFFER
  }

  /**
   * A query of a batch.
   *
   * @param first whether it was not announced before
   * @param last whether a part that is missing now is not waited for any longer
   */
  record Offer(SessionId query, int rows, boolean first, boolean last) {}

  static final Announcement HEARTBEAT = new Announcement(Command.HEARTBEAT, List.of());
  static final Announcement CLOSE = new Announcement(Command.CLOSE, List.of());

  static Announcement of(List<Offer> offers) {
    return new Announcement(Command.OFFER, offers);
  }

  long[] head() {
    return new long[] {command.ordinal(), offers.size()};
  }

  long[] list() {
    long[] words = new long[OFFER_WORDS * offers.size()];
    for (int i = 0; i < offers.size(); i++) {
      Offer offer = offers.get(i);
      ByteBuffer.wrap(offer.query().bytes()).asLongBuffer().get(words, OFFER_WORDS * i, 2);
      words[OFFER_WORDS * i + 2] = offer.rows();
      words[OFFER_WORDS * i + 3] = (offer.first() ? FIRST : 0) | (offer.last() ? LAST : 0);
    }
    return words;
  }

  /** A head as it was received. */
  record Head(Command command, int count) {
    static Head of(long[] words, ComputeParty leader, int countMax) {
      if (words[0] < 0 || words[0] >= Command.values().length) {
        throw new ProtocolViolation(leader, "announcement", "there is no command " + words[0]);
      }
      Command command = Command.values()[(int) words[0]];
      boolean countFits =
          switch (command) {
            case HEARTBEAT, CLOSE -> words[1] == 0;
            case OFFER -> words[1] >= 1 && words[1] <= countMax;
          };
      if (!countFits) {
        throw new ProtocolViolation(
            leader, "announcement", "a batch of " + words[1] + " queries is not possible");
      }
      return new Head(command, (int) words[1]);
    }
  }

  /** Reads the queries behind a head. */
  static List<Offer> offers(long[] words, ComputeParty leader, int rowsMax) {
    List<Offer> offers = new ArrayList<>();
    Set<SessionId> ids = new HashSet<>();
    for (int at = 0; at < words.length; at += OFFER_WORDS) {
      SessionId id = new SessionId(words[at], words[at + 1]);
      long rows = words[at + 2];
      long flags = words[at + 3];
      if (rows < 1 || rows > rowsMax) {
        throw new ProtocolViolation(leader, "announcement", "a query of " + rows + " rows");
      }
      if ((flags & ~(FIRST | LAST)) != 0 || !ids.add(id)) {
        throw new ProtocolViolation(leader, "announcement", "a batch that makes no sense");
      }
      offers.add(new Offer(id, (int) rows, (flags & FIRST) != 0, (flags & LAST) != 0));
    }
    return offers;
  }
}
