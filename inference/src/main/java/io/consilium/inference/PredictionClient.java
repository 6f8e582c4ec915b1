package io.consilium.inference;

import io.consilium.inference.PredictionException.Kind;
import io.consilium.inference.wire.CardReply;
import io.consilium.inference.wire.CardRequest;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.ClientOutput;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsDialer;
import io.consilium.protocols.transport.TransportLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
 * <p>Threads: may be used by several at a time.
 */
public final class PredictionClient {
  private static final int CARD_REPLY_BYTES_MAX = ModelCard.BYTES_MAX + (1 << 13);

  private final List<PeerAddress> parties;
  private final TlsDialer dialer;
  private final RandomGenerator random;
  private final ClientLimits limits;

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
   * @param version empty for the latest
   * @throws PredictionException also if their cards differ
   */
  public ModelCard card(String model, OptionalInt version)
      throws PredictionException, InterruptedException {
    CardRequest.Builder request = CardRequest.newBuilder().setModel(model);
    version.ifPresent(request::setVersion);
    Opening opening = new Opening(Opening.MODEL_CARD, newId(), request.build().toByteString());
    Map<String, ModelCard> cards = atAll(party -> card(party, opening));
    ModelCard first = cards.get(parties.getFirst().name());
    for (PeerAddress other : parties) {
      checkSame(first, parties.getFirst().name(), cards.get(other.name()), other.name());
    }
    checkAsked(first, model, version);
    return first;
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
    try (Connection connection = dialer.connect(party, opening, limits.connecting())) {
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
   * Asks the model about records.
   *
   * @param card as {@link #card} gave it; the records are encoded by its schema and layout
   */
  public Prediction predict(ModelCard card, Question question)
      throws PredictionException, InterruptedException {
    checkAsked(card, card.name(), OptionalInt.empty());
    question.checkShape(card.features().columns());
    List<double[]> values = new ArrayList<>();
    for (int from = 0; from < question.rows(); from += limits.rowsPerQuery()) {
      int to = Math.min(question.rows(), from + limits.rowsPerQuery());
      long[] codes = ask(card, question.part(from, to));
      double[] reals = card.output().format().decode(codes);
      int columns = card.output().columns();
      for (int at = 0; at < reals.length; at += columns) {
        values.add(Arrays.copyOfRange(reals, at, at + columns));
      }
    }
    return new Prediction(card, values.toArray(new double[0][]));
  }

  private long[] ask(ModelCard card, Question question)
      throws PredictionException, InterruptedException {
    QueryTensors query = new QueryTensors(newId(), card, question.rows());
    HolderShares features =
        HolderShares.of(
            query.featuresId(),
            query.shape(),
            query.featuresFormat(),
            question.featureCodes(card.features()),
            random);
    HolderShares mask =
        HolderShares.of(
            query.maskId(), query.shape(), query.maskFormat(), question.maskCodes(), random);
    Map<String, QueryLine> lines = new ConcurrentHashMap<>();
    try {
      // Nobody gets a share before all three have said that they will go on.
      atAll(party -> {
        lines.put(party.name(), QueryLine.open(dialer, party, query, limits));
        return true;
      });
      Map<String, long[]> shares =
          atAll(party -> {
            QueryLine line = lines.get(party.name());
            line.send(role(card, party), features, mask);
            return line.receive(card.outputElements(question.rows()), limits.answer());
          });
      return ClientOutput.sum(card.computeParties().stream().map(shares::get).toList());
    } finally {
      lines.values().forEach(QueryLine::close);
    }
  }

  private static ComputeParty role(ModelCard card, PeerAddress party) {
    return card.roleOf(party.name()).orElseThrow();
  }

  private SessionId newId() {
    byte[] id = new byte[SessionId.BYTES];
    random.nextBytes(id);
    return SessionId.of(id);
  }

  // ---- three at a time -------------------------------------------------------------------------

  @FunctionalInterface
  private interface AtParty<T> {
    T run(PeerAddress party) throws PredictionException;
  }

  private record Outcome<T>(String party, T result) {}

  /** Does something at all three parties at the same time; the first failure ends the others. */
  private <T> Map<String, T> atAll(AtParty<T> task)
      throws PredictionException, InterruptedException {
    Map<String, T> results = new ConcurrentHashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ExecutorCompletionService<Outcome<T>> done = new ExecutorCompletionService<>(threads);
      for (PeerAddress party : parties) {
        done.submit(() -> new Outcome<>(party.name(), task.run(party)));
      }
      try {
        for (int i = 0; i < parties.size(); i++) {
          Outcome<T> outcome = done.take().get();
          results.put(outcome.party(), outcome.result());
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw failure(e);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
    return results;
  }

  private static PredictionException failure(ExecutionException e) {
    return e.getCause() instanceof PredictionException failure
        ? failure
        : new PredictionException(
            Kind.DISAGREEMENT, "asking failed: " + e.getCause().getMessage(), e.getCause());
  }
}
