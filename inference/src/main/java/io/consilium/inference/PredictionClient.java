package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.inference.wire.CardReply;
import io.consilium.inference.wire.CardRequest;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsDialer;
import io.consilium.protocols.transport.TransportLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/**
 * Asks a model that three hospitals hold together.
 *
 * <p>Security: the records are shared here, and each hospital gets two of three shares over its own
 * encrypted connection; two hospitals that work together could read them. The answer comes back as
 * three fresh additive shares and is put together here. Leaks to the hospitals: who asks, which
 * model, how many records.
 *
 * <p>It keeps a connection to each hospital open for each model, over which any number of questions
 * go one after the other or at the same time, and opens it again when it broke.
 *
 * <p>Threads: may be used by several at a time.
 */
public final class PredictionClient implements AutoCloseable {
  private static final int CARD_REPLY_BYTES_MAX = ModelCard.BYTES_MAX + (1 << 13);

  private final List<PeerAddress> parties;
  private final TlsDialer dialer;
  private final RandomGenerator random;
  private final ClientLimits limits;
  private final Map<ModelCard, ModelLines> lines = new ConcurrentHashMap<>();
  private volatile ModelLines latest;

  /**
   * A client.
   *
   * @param tls the client's certificate and whom it trusts
   * @param peerName names the peer of a session, or throws an exception with a sentence
   * @param parties names and data-plane addresses of the three compute parties
   * @param random a cryptographically strong generator, safe for several threads
   */
  public PredictionClient(
      SSLContext tls,
      Function<SSLSession, String> peerName,
      List<PeerAddress> parties,
      RandomGenerator random,
      ClientLimits limits) {
    if (parties.size() != 3) {
      throw new IllegalArgumentException("a model has 3 compute parties, not " + parties.size());
    }
    this.parties = List.copyOf(parties);
    this.dialer = new TlsDialer(tls, peerName, TransportLimits.DEFAULT);
    this.random = random;
    this.limits = limits;
  }

  // ---- cards -----------------------------------------------------------------------------------

  /**
   * Reads the card of a model at all three hospitals.
   *
   * @param version empty for the latest that all three serve: while they take a new one into use,
   *     one of them may be a moment behind
   * @throws PredictionException also if their cards differ
   */
  public ModelCard card(String model, OptionalInt version)
      throws PredictionException, InterruptedException {
    Map<String, ModelCard> cards = cards(model, version);
    OptionalInt served = version;
    if (cards.values().stream().mapToInt(ModelCard::version).distinct().count() > 1) {
      served = cards.values().stream().mapToInt(ModelCard::version).min();
      cards = cards(model, served);
    }
    ModelCard first = cards.get(parties.getFirst().name());
    for (PeerAddress other : parties) {
      checkSame(first, parties.getFirst().name(), cards.get(other.name()), other.name());
    }
    checkAsked(first, model, served);
    return first;
  }

  private Map<String, ModelCard> cards(String model, OptionalInt version)
      throws PredictionException, InterruptedException {
    CardRequest.Builder request = CardRequest.newBuilder().setModel(model);
    version.ifPresent(request::setVersion);
    Opening opening = new Opening(Opening.MODEL_CARD, newId(), request.build().toByteString());
    return AllParties.run(parties, party -> card(party, opening));
  }

  /**
   * The card of a model at the first party that has it: for a client that does not know which three
   * of many hold it. Read it again at those three with {@link #card} before asking.
   *
   * @param candidates any number of parties, asked one after the other
   */
  public static ModelCard discover(
      SSLContext tls,
      Function<SSLSession, String> peerName,
      List<PeerAddress> candidates,
      String model,
      OptionalInt version,
      RandomGenerator random,
      ClientLimits limits)
      throws PredictionException {
    PredictionException last =
        new PredictionException(Kind.UNKNOWN_MODEL, "no hospital was asked for '" + model + "'");
    for (PeerAddress candidate : candidates) {
      PredictionClient client =
          new PredictionClient(
              tls, peerName, List.of(candidate, candidate, candidate), random, limits);
      CardRequest.Builder request = CardRequest.newBuilder().setModel(model);
      version.ifPresent(request::setVersion);
      try {
        return client.card(
            candidate,
            new Opening(Opening.MODEL_CARD, client.newId(), request.build().toByteString()));
      } catch (PredictionException e) {
        last = worse(last, e);
      }
    }
    throw last;
  }

  /** Of two failures the one that a person should hear of: not being known here says little. */
  private static PredictionException worse(PredictionException one, PredictionException other) {
    return one.kind() == Kind.UNKNOWN_MODEL ? other : one;
  }

  private ModelCard card(PeerAddress party, Opening opening) throws PredictionException {
    try (Connection connection = dialer.connectIfUp(party, opening, limits.connecting())) {
      CardReply reply =
          connection.receiveMessage(CardReply.parser(), CARD_REPLY_BYTES_MAX, limits.reply());
      return switch (reply.getAnswerCase()) {
        case CARD -> ModelCard.parse(reply.getCard().toByteArray());
        case REFUSAL ->
            throw PredictionException.refused(party.name(), Refusal.of(reply.getRefusal()));
        case ANSWER_NOT_SET ->
            throw new PredictionException(Kind.DISAGREEMENT, party.name() + " gives no card");
      };
    } catch (ConnectionException e) {
      throw PredictionException.of(party.name(), e);
    } catch (IllegalArgumentException e) {
      throw new PredictionException(
          Kind.DISAGREEMENT, party.name() + " gives a bad card: " + e.getMessage(), e);
    }
  }

  private static void checkSame(ModelCard one, String holder, ModelCard other, String otherHolder)
      throws PredictionException {
    if (!Arrays.equals(one.digest(), other.digest())) {
      throw new PredictionException(
          Kind.DISAGREEMENT,
          holder
              + " and "
              + otherHolder
              + " have different cards of the model, of versions "
              + one.version()
              + " and "
              + other.version()
              + ": name a version, or ask the hospitals");
    }
  }

  private void checkAsked(ModelCard card, String model, OptionalInt version)
      throws PredictionException {
    if (!card.name().equals(model)
        || (version.isPresent() && version.getAsInt() != card.version())) {
      throw new PredictionException(
          Kind.DISAGREEMENT, "the hospitals gave the card of " + card.title() + " instead");
    }
    if (!new HashSet<>(card.computeParties()).equals(names())) {
      throw new PredictionException(
          Kind.BAD_QUESTION,
          card.title() + " is computed by " + card.computeParties() + ", not by " + names());
    }
  }

  private Set<String> names() {
    Set<String> names = new HashSet<>();
    parties.forEach(party -> names.add(party.name()));
    return names;
  }

  // ---- predictions -----------------------------------------------------------------------------

  /**
   * Asks the model about records. Many records are asked in several queries, of which some are
   * under way at the same time. If a connection breaks, what was asked over it is asked once more.
   *
   * @param card as {@link #card} gave it; the records are encoded by its schema and layout
   */
  public Prediction predict(ModelCard card, Question question)
      throws PredictionException, InterruptedException {
    checkAsked(card, card.name(), OptionalInt.empty());
    question.checkShape(card.features().columns());
    List<double[]> values = new ArrayList<>();
    int rowsPerQuery = limits.rowsPerQuery(card);
    ArrayDeque<Asked> underWay = new ArrayDeque<>();
    try {
      for (int from = 0; from < question.rows(); from += rowsPerQuery) {
        if (underWay.size() >= limits.queriesUnderWay()) {
          add(values, card, underWay.removeFirst());
        }
        Question part = question.part(from, Math.min(question.rows(), from + rowsPerQuery));
        underWay.addLast(lines(card).ask(part));
      }
      while (!underWay.isEmpty()) {
        add(values, card, underWay.removeFirst());
      }
    } finally {
      underWay.forEach(Asked::giveUp);
    }
    return new Prediction(card, values.toArray(new double[0][]));
  }

  private void add(List<double[]> values, ModelCard card, Asked asked)
      throws PredictionException, InterruptedException {
    double[] reals = card.output().format().decode(answer(card, asked));
    int columns = card.output().columns();
    for (int at = 0; at < reals.length; at += columns) {
      values.add(Arrays.copyOfRange(reals, at, at + columns));
    }
  }

  private long[] answer(ModelCard card, Asked asked)
      throws PredictionException, InterruptedException {
    Duration patience = limits.answer(card, asked.question().rows());
    try {
      return asked.await(patience);
    } catch (PredictionException e) {
      if (!e.lineBroke()) {
        throw e;
      }
      return lines(card).ask(asked.question()).await(patience);
    }
  }

  @SuppressWarnings("ReferenceEquality") // Comparing cards costs more than a question.
  private ModelLines lines(ModelCard card) {
    ModelLines last = latest;
    if (last != null && last.card() == card) {
      return last;
    }
    ModelLines found =
        lines.computeIfAbsent(card, _ -> new ModelLines(dialer, parties, card, random, limits));
    latest = found;
    return found;
  }

  /** Closes the connections. The client can be used again, over new ones. */
  @Override
  public void close() {
    latest = null;
    lines
        .keySet()
        .forEach(card -> {
          ModelLines removed = lines.remove(card);
          if (removed != null) {
            removed.close();
          }
        });
  }

  private SessionId newId() {
    return ModelLines.newId(random);
  }
}
