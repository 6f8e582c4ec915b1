package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsDialer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * A client's lines to the three parties of a model; a broken one is opened again when needed, by
 * one attempt for all questions that wait for it.
 */
final class ModelLines implements AutoCloseable {
  /** The leader comes last: when it announces a question, the others probably have it. */
  private static final List<ComputeParty> ORDER =
      List.of(ComputeParty.P1, ComputeParty.P2, ComputeParty.P0);

  /** How long a failed attempt to connect answers further questions. */
  private static final Duration FAILURE_MEMORY = Duration.ofMillis(250);

  private final TlsDialer dialer;
  private final List<PeerAddress> parties;
  private final ModelCard card;
  private final RandomGenerator random;
  private final ClientLimits limits;
  private final Room room = new Room();
  private final SharedAttempt<Map<ComputeParty, PartyLine>> opening =
      new SharedAttempt<>(FAILURE_MEMORY, System::nanoTime);
  private volatile Map<ComputeParty, PartyLine> lines = Map.of();

  ModelLines(
      TlsDialer dialer,
      List<PeerAddress> parties,
      ModelCard card,
      RandomGenerator random,
      ClientLimits limits) {
    this.dialer = dialer;
    this.parties = parties;
    this.card = card;
    this.random = random;
    this.limits = limits;
  }

  ModelCard card() {
    return card;
  }

  static SessionId newId(RandomGenerator random) {
    byte[] id = new byte[SessionId.BYTES];
    random.nextBytes(id);
    return SessionId.of(id);
  }

  /** Shares a question and sends it to all three, as soon as they have room for it. */
  Asked ask(Question question) throws PredictionException, InterruptedException {
    if (!room.take(question.rows(), limits.room())) {
      throw new PredictionException(
          Kind.BUSY, "the hospitals answer as much as they can already: ask again in a moment");
    }
    try {
      Map<ComputeParty, PartyLine> current = open();
      QueryTensors tensors = new QueryTensors(newId(random), card, question.rows());
      HolderShares shares = tensors.share(question, random);
      List<CompletableFuture<long[]>> answers = new ArrayList<>();
      for (ComputeParty party : ORDER) {
        QueryBody body = QueryTensors.body(shares, party);
        answers.add(current.get(party).ask(tensors.id(), question.rows(), body));
      }
      Runnable withdraw = () -> current.values().forEach(line -> line.withdraw(tensors.id()));
      Runnable leave = () -> room.leave(question.rows(), current.get(ComputeParty.P0).room());
      return new Asked(question, answers, withdraw, leave);
    } catch (PredictionException | InterruptedException | RuntimeException e) {
      room.leave(question.rows(), RoomSize.UNKNOWN);
      throw e;
    }
  }

  private Map<ComputeParty, PartyLine> open() throws PredictionException, InterruptedException {
    Map<ComputeParty, PartyLine> current = lines;
    if (areOpen(current)) {
      return current;
    }
    return opening.get(() -> {
      if (!areOpen(lines)) {
        lines = renewed(lines);
      }
      return lines;
    });
  }

  private static boolean areOpen(Map<ComputeParty, PartyLine> lines) {
    return lines.size() == ORDER.size() && lines.values().stream().allMatch(PartyLine::isOpen);
  }

  private Map<ComputeParty, PartyLine> renewed(Map<ComputeParty, PartyLine> before)
      throws PredictionException, InterruptedException {
    Map<String, PartyLine> opened = new ConcurrentHashMap<>();
    before.values().stream()
        .filter(PartyLine::isOpen)
        .forEach(line -> opened.put(line.party(), line));
    List<PeerAddress> missing =
        parties.stream().filter(party -> !opened.containsKey(party.name())).toList();
    try {
      var _ =
          AllParties.run(
              missing,
              party -> {
                opened.put(
                    party.name(), PartyLine.open(dialer, party, newId(random), card, limits));
                return true;
              });
    } catch (PredictionException | InterruptedException e) {
      opened.values().forEach(PartyLine::close);
      throw e;
    }
    Map<ComputeParty, PartyLine> byRole = new EnumMap<>(ComputeParty.class);
    opened.forEach((name, line) -> byRole.put(card.roleOf(name).orElseThrow(), line));
    return byRole;
  }

  @Override
  public void close() {
    lines.values().forEach(PartyLine::close);
  }
}
