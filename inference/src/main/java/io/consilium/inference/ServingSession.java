package io.consilium.inference;

import io.consilium.inference.QueryDesk.Offered;
import io.consilium.inference.QueryDesk.Part;
import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.ProtocolViolation;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import io.consilium.protocols.transport.Traffic;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One party's side of a session of the three that serves a model.
 *
 * <p>P0 leads: it announces the queries that wait, all three vote on each of them, and those that
 * everybody has and was told the same about are computed together. A query that is refused or set
 * aside costs a vote and changes nothing for the others of its batch. Any failure of a party ends
 * the session for good.
 *
 * <p>Rounds: 2 for each batch, and those of the model. Bytes: 2 x 16, and 2 x 32 + 6 x 40 for each
 * announced query. Leaks: who asks, when, and how many records.
 */
final class ServingSession {
  private static final ComputeParty LEADER = ComputeParty.P0;

  private final Channel channel;
  private final BatchProgram program;
  private final ModelCard card;
  private final QueryDesk desk;
  private final BatchListener listener;
  private final ServingLimits limits;
  private final LongSupplier nanos;
  private final BooleanSupplier warm;
  private long sequence;

  /** Is told about each batch, on the session's thread. */
  @FunctionalInterface
  interface BatchListener {
    void computed(int queries, int rows, long nanos, Traffic traffic);
  }

  /**
   * A session whose links are up and whose model is restored.
   *
   * @param listener is told about each batch
   * @param warm whether it stays open while nobody asks
   */
  ServingSession(
      Channel channel,
      BatchProgram program,
      ModelCard card,
      QueryDesk desk,
      BatchListener listener,
      ServingLimits limits,
      LongSupplier nanos,
      BooleanSupplier warm) {
    this.channel = channel;
    this.program = program;
    this.card = card;
    this.desk = desk;
    this.listener = listener;
    this.limits = limits;
    this.nanos = nanos;
    this.warm = warm;
  }

  /** What a batch of so many announced queries costs besides the prediction. */
  static Cost voteCost(int queries) {
    long perQuery = 2L * Announcement.OFFER_WORDS + 6L * Ballot.WORDS;
    return new Cost(2, Long.BYTES * (2L * Announcement.HEAD_WORDS + perQuery * queries));
  }

  /** The leader's side: returns when there was no query for a while. */
  void lead() throws InterruptedException {
    long busyNanos = nanos.getAsLong();
    while (true) {
      List<Offered> batch = desk.next(limits.heartbeat());
      if (!batch.isEmpty()) {
        lead(batch);
        busyNanos = nanos.getAsLong();
      } else if (!warm.getAsBoolean() && nanos.getAsLong() - busyNanos >= limits.idle().toNanos()) {
        announce(nextStep(), Announcement.CLOSE);
        return;
      } else {
        announce(nextStep(), Announcement.HEARTBEAT);
      }
    }
  }

  private void lead(List<Offered> batch) {
    List<Announcement.Offer> offers = batch.stream().map(Offered::offer).toList();
    List<Part> parts = batch.stream().<Part>map(offered -> new Part.Here(offered.query())).toList();
    boolean done = false;
    try {
      Step step = nextStep();
      announce(step, Announcement.of(offers));
      vote(step, offers, parts);
      done = true;
    } finally {
      letGoUnless(done, parts);
    }
  }

  /** The other parties' side: returns when the leader closes the session. */
  void follow() throws InterruptedException {
    while (true) {
      Step step = nextStep();
      long[] words = new long[Announcement.HEAD_WORDS];
      channel.receive(LEADER, Message.words(step, 0, words.length), words);
      Announcement.Head head = Announcement.Head.of(words, LEADER, limits.batches().queriesMax());
      switch (head.command()) {
        case HEARTBEAT -> {}
        case CLOSE -> {
          return;
        }
        case OFFER -> follow(step, head.count());
      }
    }
  }

  private void follow(Step step, int count) throws InterruptedException {
    long[] words = new long[Announcement.OFFER_WORDS * count];
    channel.receive(LEADER, Message.words(step, 1, words.length), words);
    List<Announcement.Offer> offers = Announcement.offers(words, LEADER, limits.rowsMax(card));
    checkSize(offers);
    List<Part> parts = desk.find(offers);
    boolean done = false;
    try {
      vote(step, offers, parts);
      offers.stream().filter(Announcement.Offer::last).forEach(offer -> desk.forget(offer.query()));
      done = true;
    } finally {
      letGoUnless(done, parts);
    }
  }

  /** The leader may not make this party compute more at a time than it would itself. */
  private void checkSize(List<Announcement.Offer> offers) {
    BatchSize size = new BatchSize(card, limits.batches());
    if (!offers.stream().allMatch(offer -> size.takes(offer.rows()))) {
      throw new ProtocolViolation(LEADER, "announcement", "a batch that is too large");
    }
  }

  private Step nextStep() {
    return new Step(sequence++, Opcode.SERVE);
  }

  private void announce(Step step, Announcement announcement) {
    for (ComputeParty peer : List.of(LEADER.next(), LEADER.previous())) {
      channel.send(peer, Message.words(step, 0, Announcement.HEAD_WORDS), announcement.head());
      if (!announcement.offers().isEmpty()) {
        long[] list = announcement.list();
        channel.send(peer, Message.words(step, 1, list.length), list);
      }
    }
    channel.flush();
  }

  private void vote(Step step, List<Announcement.Offer> offers, List<Part> parts) {
    List<Ballot> mine = parts.stream().map(Ballot::of).toList();
    List<Map<ComputeParty, Ballot>> ballots = ballots(step, mine);
    List<Query> agreed = new ArrayList<>();
    for (int i = 0; i < offers.size(); i++) {
      Ballot.Decision decision = Ballot.decide(ballots.get(i), offers.get(i).last(), card);
      if (parts.get(i) instanceof Part.Here(Query query)) {
        switch (decision) {
          case Ballot.Decision.Compute() -> agreed.add(query);
          case Ballot.Decision.SetAside() -> desk.setAside(query);
          case Ballot.Decision.Refuse(Refusal refusal) ->
              desk.end(query, new Answer.Refused(refusal));
        }
      }
    }
    if (!agreed.isEmpty()) {
      long start = nanos.getAsLong();
      Traffic before = channel.traffic();
      program.run(agreed);
      int rows = agreed.stream().mapToInt(Query::rows).sum();
      listener.computed(
          agreed.size(), rows, nanos.getAsLong() - start, channel.traffic().since(before));
    }
  }

  /** The three parties' ballots on each query. */
  private List<Map<ComputeParty, Ballot>> ballots(Step step, List<Ballot> mine) {
    long[] words = Ballot.words(mine);
    Message message = Message.words(step, 2, words.length);
    List<ComputeParty> peers = List.of(channel.self().next(), channel.self().previous());
    peers.forEach(peer -> channel.send(peer, message, words));
    List<Map<ComputeParty, Ballot>> all = new ArrayList<>();
    mine.forEach(ballot -> all.add(new EnumMap<>(Map.of(channel.self(), ballot))));
    for (ComputeParty peer : peers) {
      long[] theirs = new long[words.length];
      channel.receive(peer, message, theirs);
      for (int i = 0; i < all.size(); i++) {
        all.get(i).put(peer, Ballot.of(theirs, i, peer));
      }
    }
    return all;
  }

  /** What this session still holds when it breaks. */
  private void letGoUnless(boolean done, List<Part> parts) {
    for (Part part : parts) {
      if (!done && part instanceof Part.Here(Query query)) {
        desk.letGo(
            query,
            new Refusal(Code.UNAVAILABLE, "the session of the three hospitals broke: ask again"));
      }
    }
  }
}
