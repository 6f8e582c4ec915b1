package io.consilium.inference;

import com.google.protobuf.ByteString;
import io.consilium.inference.PredictionException.Kind;
import io.consilium.inference.wire.Asking;
import io.consilium.inference.wire.LineAnswer;
import io.consilium.inference.wire.LineHeader;
import io.consilium.inference.wire.LineRequest;
import io.consilium.inference.wire.LineWelcome;
import io.consilium.inference.wire.Withdrawal;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsDialer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The client's end of a line to one party, for questions to one model: any number of them under way
 * at a time, told apart by their ids. A thread of its own reads and writes. Once it is broken it
 * stays so; see {@link ModelLines}.
 *
 * <p>Threads: may be used by several at a time.
 */
final class PartyLine implements AutoCloseable {
  private static final int WELCOME_BYTES_MAX = 1 << 13;

  /** An answer without its share. */
  private static final int ANSWER_BYTES_MAX = 1 << 13;

  private static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);

  private final Connection connection;
  private final String party;
  private final ModelCard card;
  private final int answerBytesMax;
  private final Duration sending;
  private final ConcurrentLinkedQueue<Outgoing> outgoing = new ConcurrentLinkedQueue<>();
  private final Map<SessionId, Awaited> awaited = new HashMap<>();
  private Optional<PredictionException> end = Optional.empty();
  private volatile RoomSize room = RoomSize.UNKNOWN;
  private volatile boolean closing;

  private record Outgoing(LineRequest request, QueryBody body) {}

  private record Awaited(int rows, CompletableFuture<long[]> share) {}

  private PartyLine(Connection connection, String party, ModelCard card, ClientLimits limits) {
    this.connection = connection;
    this.party = party;
    this.card = card;
    this.answerBytesMax =
        ANSWER_BYTES_MAX + Long.BYTES * card.outputElements(limits.rowsPerQuery(card));
    this.sending = limits.reply();
  }

  /**
   * Connects, says which model is going to be asked, and waits for the party's word on it.
   *
   * @param id of the line, for the party's records
   */
  static PartyLine open(
      TlsDialer dialer, PeerAddress party, SessionId id, ModelCard card, ClientLimits limits)
      throws PredictionException {
    LineHeader header =
        LineHeader.newBuilder()
            .setModel(card.name())
            .setVersion(card.version())
            .setCardDigest(ByteString.copyFrom(card.digest()))
            .build();
    try {
      Connection connection =
          dialer.connectIfUp(
              party, new Opening(Opening.QUERY, id, header.toByteString()), limits.connecting());
      try {
        LineWelcome welcome =
            connection.receiveMessage(LineWelcome.parser(), WELCOME_BYTES_MAX, limits.reply());
        if (welcome.hasRefusal()) {
          throw PredictionException.refused(party.name(), Refusal.of(welcome.getRefusal()));
        }
      } catch (PredictionException | ConnectionException e) {
        connection.close();
        throw e;
      }
      PartyLine line = new PartyLine(connection, party.name(), card, limits);
      Thread _ = Thread.ofVirtual().name("line-to-" + party.name()).start(line::work);
      return line;
    } catch (ConnectionException e) {
      throw PredictionException.of(party.name(), e);
    }
  }

  String party() {
    return party;
  }

  /** How much this party wants to have under way. */
  RoomSize room() {
    return room;
  }

  synchronized boolean isOpen() {
    return end.isEmpty();
  }

  // ---- from any thread -------------------------------------------------------------------------

  /**
   * Asks.
   *
   * @param body what {@link QueryTensors#body} says for this party
   * @return this party's share, or a {@link PredictionException}
   */
  CompletableFuture<long[]> ask(SessionId id, int rows, QueryBody body) {
    CompletableFuture<long[]> share = new CompletableFuture<>();
    synchronized (this) {
      if (end.isPresent()) {
        share.completeExceptionally(end.get());
        return share;
      }
      awaited.put(id, new Awaited(rows, share));
    }
    LineRequest request = request(id).setAsk(Asking.newBuilder().setRows(rows)).build();
    send(new Outgoing(request, body));
    return share;
  }

  /** Does not wait for the share of a question any longer. */
  void withdraw(SessionId id) {
    boolean known;
    synchronized (this) {
      known = awaited.remove(id) != null;
    }
    if (known) {
      send(
          new Outgoing(
              request(id).setWithdraw(Withdrawal.getDefaultInstance()).build(), QueryBody.NONE));
    }
  }

  private static LineRequest.Builder request(SessionId id) {
    return LineRequest.newBuilder().setId(ByteString.copyFrom(id.bytes()));
  }

  private void send(Outgoing message) {
    outgoing.add(message);
    connection.wakeUp();
  }

  @Override
  public void close() {
    closing = true;
    connection.wakeUp();
  }

  // ---- the line's own thread -------------------------------------------------------------------

  private void work() {
    try (connection) {
      while (!closing) {
        sendAll();
        if (connection.awaitInput(Integer.BYTES, SIGN_OF_LIFE)) {
          receive();
        }
      }
      endWith(new PredictionException(Kind.STOPPED, "this client was closed"));
    } catch (ConnectionException e) {
      endWith(PredictionException.lost(party, e));
    } catch (PredictionException e) {
      endWith(e);
    } catch (RuntimeException e) {
      endWith(
          new PredictionException(
              Kind.DISAGREEMENT, party + " gives no answer: " + e.getMessage(), e));
    }
  }

  private void sendAll() throws ConnectionException {
    boolean sent = false;
    for (Outgoing next = outgoing.poll(); next != null; next = outgoing.poll()) {
      connection.sendMessage(next.request());
      next.body().sendTo(connection);
      sent = true;
    }
    if (sent) {
      connection.flush();
    }
  }

  private void receive() throws ConnectionException, PredictionException {
    LineAnswer answer = connection.receiveMessage(LineAnswer.parser(), answerBytesMax, sending);
    if (answer.getId().size() != SessionId.BYTES) {
      throw new PredictionException(Kind.DISAGREEMENT, party + " answers no question");
    }
    room = new RoomSize(answer.getRowsUnderWay(), answer.getQuestionsUnderWay());
    SessionId id = SessionId.of(answer.getId().toByteArray());
    Awaited question;
    synchronized (this) {
      question = awaited.remove(id);
    }
    if (question == null) {
      return; // It was withdrawn.
    }
    switch (answer.getOutcomeCase()) {
      case SHARE -> take(question, answer.getShare());
      case REFUSAL ->
          question
              .share()
              .completeExceptionally(
                  PredictionException.refused(party, Refusal.of(answer.getRefusal())));
      case OUTCOME_NOT_SET ->
          question
              .share()
              .completeExceptionally(
                  new PredictionException(Kind.DISAGREEMENT, party + " gives no share"));
    }
  }

  private void take(Awaited question, ByteString bytes) {
    int elements = card.outputElements(question.rows());
    if (bytes.size() != elements * Long.BYTES) {
      question
          .share()
          .completeExceptionally(
              new PredictionException(
                  Kind.DISAGREEMENT,
                  party + " gives " + bytes.size() + " bytes for " + elements + " numbers"));
      return;
    }
    long[] words = new long[elements];
    bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
    question.share().complete(words);
  }

  private void endWith(PredictionException why) {
    List<Awaited> left;
    synchronized (this) {
      end = Optional.of(why);
      left = List.copyOf(awaited.values());
      awaited.clear();
    }
    left.forEach(question -> question.share().completeExceptionally(why));
  }
}
