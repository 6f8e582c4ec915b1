package io.consilium.inference;

import io.consilium.inference.Refusal.Code;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.SecretTensor;
import io.consilium.protocols.Shape;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.transport.Channel;
import io.consilium.protocols.transport.Message;
import io.consilium.protocols.transport.Opcode;
import io.consilium.protocols.transport.Step;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One party's side of a session of the three that serves a model.
 *
 * <p>P0 leads: it announces a query, all three vote on it, and if everybody has its part and was
 * told the same, they compute. A query that is refused or set aside costs a vote and changes
 * nothing else. Any failure ends the session for good.
 *
 * <p>Rounds: 2 for each announced query, and those of the model. Bytes: 2 x 32 + 6 x 40. Leaks: who
 * asks, when, and how many records.
 */
final class ServingSession {
  private static final ComputeParty LEADER = ComputeParty.P0;

  private final Channel channel;
  private final Rep3Backend backend;
  private final ModelCard card;
  private final SecretModel model;
  private final QueryDesk desk;
  private final QueryAudit audit;
  private final ServingLimits limits;
  private final LongSupplier nanos;
  private long sequence;

  ServingSession(
      Channel channel,
      Rep3Backend backend,
      ModelCard card,
      SecretModel model,
      QueryDesk desk,
      QueryAudit audit,
      ServingLimits limits,
      LongSupplier nanos) {
    this.channel = channel;
    this.backend = backend;
    this.card = card;
    this.model = model;
    this.desk = desk;
    this.audit = audit;
    this.limits = limits;
    this.nanos = nanos;
  }

  /** What an announced query costs besides the prediction. */
  static Cost voteCost() {
    long bytes = 2L * Announcement.WORDS + 6L * Ballot.WORDS;
    return new Cost(2, Long.BYTES * bytes);
  }

  /** The leader's side: returns when there was no query for a while. */
  void lead() throws InterruptedException {
    long busyNanos = nanos.getAsLong();
    while (true) {
      var next = desk.next(limits.heartbeat());
      if (next.isPresent()) {
        lead(next.get());
        busyNanos = nanos.getAsLong();
      } else if (nanos.getAsLong() - busyNanos >= limits.idle().toNanos()) {
        announce(nextStep(), Announcement.CLOSE);
        return;
      } else {
        announce(nextStep(), Announcement.HEARTBEAT);
      }
    }
  }

  private void lead(QueryDesk.Part.Here part) {
    try {
      Step step = nextStep();
      announce(step, Announcement.of(part));
      vote(step, part, part.last());
    } finally {
      letGo(part);
    }
  }

  /** The other parties' side: returns when the leader closes the session. */
  void follow() {
    while (true) {
      Step step = nextStep();
      long[] words = new long[Announcement.WORDS];
      channel.receive(LEADER, Message.words(step, 0, words.length), words);
      Announcement announcement = Announcement.of(words, LEADER, limits.rowsMax());
      switch (announcement.command()) {
        case HEARTBEAT -> {}
        case CLOSE -> {
          return;
        }
        case OFFER -> follow(step, announcement, false);
        case LAST_OFFER -> follow(step, announcement, true);
      }
    }
  }

  private void follow(Step step, Announcement announcement, boolean last) {
    QueryDesk.Part part = desk.find(announcement.query());
    try {
      vote(step, part, last);
      if (last) {
        desk.forget(announcement.query());
      }
    } finally {
      letGo(part);
    }
  }

  private Step nextStep() {
    return new Step(sequence++, Opcode.SERVE);
  }

  private void announce(Step step, Announcement announcement) {
    Message message = Message.words(step, 0, Announcement.WORDS);
    channel.send(LEADER.next(), message, announcement.words());
    channel.send(LEADER.previous(), message, announcement.words());
    channel.flush();
  }

  private void vote(Step step, QueryDesk.Part part, boolean last) {
    switch (Ballot.decide(ballots(step, Ballot.of(part)), last, card)) {
      case Ballot.Decision.Compute() -> {
        if (part instanceof QueryDesk.Part.Here(Query query, boolean _)) {
          predict(query);
        }
      }
      case Ballot.Decision.SetAside() -> {
        if (part instanceof QueryDesk.Part.Here(Query query, boolean _)) {
          desk.setAside(query);
        }
      }
      case Ballot.Decision.Refuse(Refusal refusal) -> {
        if (part instanceof QueryDesk.Part.Here(Query query, boolean _)) {
          desk.end(query, new Answer.Refused(refusal));
        }
      }
    }
  }

  private Map<ComputeParty, Ballot> ballots(Step step, Ballot mine) {
    Message message = Message.words(step, 1, Ballot.WORDS);
    List<ComputeParty> peers = List.of(channel.self().next(), channel.self().previous());
    peers.forEach(peer -> channel.send(peer, message, mine.words()));
    Map<ComputeParty, Ballot> ballots = new EnumMap<>(ComputeParty.class);
    ballots.put(channel.self(), mine);
    for (ComputeParty peer : peers) {
      long[] words = new long[Ballot.WORDS];
      channel.receive(peer, message, words);
      ballots.put(peer, Ballot.of(words, peer));
    }
    return ballots;
  }

  private void predict(Query query) {
    SecretTensor prediction =
        model.predict(
            backend, backend.importInput(query.features()), backend.importInput(query.mask()));
    Shape expected = Shape.matrix(query.rows(), card.output().columns());
    if (!prediction.shape().equals(expected)
        || !prediction.format().equals(card.output().format())) {
      throw new IllegalStateException(
          card.title() + " gives " + prediction + ", which is not what its card says");
    }
    channel.flush();
    long[] share = backend.share(prediction, query.disclosure());
    audit.answered(query.client(), card, query.id().toString(), query.rows());
    desk.end(query, new Answer.Share(share));
  }

  /** What this session still holds when it breaks. */
  private void letGo(QueryDesk.Part part) {
    if (part instanceof QueryDesk.Part.Here(Query query, boolean _)) {
      desk.letGo(
          query,
          new Refusal(Code.UNAVAILABLE, "the session of the three hospitals broke: ask again"));
    }
  }
}
