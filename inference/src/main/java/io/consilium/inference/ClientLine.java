package io.consilium.inference;

import com.google.protobuf.ByteString;
import io.consilium.inference.Refusal.Code;
import io.consilium.inference.wire.LineAnswer;
import io.consilium.inference.wire.LineRequest;
import io.consilium.protocols.Disclosure;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.InputRefused;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Pace;
import io.consilium.protocols.transport.SessionId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A party's end of a client's line: takes questions to one model, any number one after the other
 * and some at the same time, and sends each answer when it is there. One thread reads and writes;
 * whoever ends a query wakes it up.
 *
 * <p>Nothing waits here for a query. A client that stalls in the middle of a question, or does not
 * read its answers, holds up its own line and keeps its own seats, for a bounded time.
 */
final class ClientLine {
  private static final int REQUEST_BYTES_MAX = 64;

  /** What is read at a time of a question that was refused. */
  private static final int SKIPPED_BYTES = 1 << 14;

  /**
   * A question that is too long is read to its end if it is not longer than so many that are not.
   */
  private static final int SKIPPED_TIMES_MAX = 4;

  private final Connection connection;
  private final String client;
  private final ServedModel model;
  private final Reception reception;
  private final Outbox outbox = new Outbox();
  private volatile boolean closing;

  ClientLine(Connection connection, String client, ServedModel model, Reception reception) {
    this.connection = connection;
    this.client = client;
    this.model = model;
    this.reception = reception;
  }

  /** Serves the line until one of the ends closes it. */
  void serve() throws ConnectionException {
    connection.boundInbox(reception.limits().lines().inboxBytesMax());
    model.lineOpened();
    try {
      long busyNanos = reception.node().nanos().getAsLong();
      while (!closing) {
        sendAnswers();
        Duration idle = reception.limits().lines().idle();
        long left = idle.toNanos() - (reception.node().nanos().getAsLong() - busyNanos);
        if (left <= 0 && outbox.isEmpty()) {
          return;
        }
        Duration pause = left > 0 ? Duration.ofNanos(left) : idle;
        if (connection.awaitInput(Integer.BYTES, pause)) {
          receive();
          busyNanos = reception.node().nanos().getAsLong();
        }
      }
    } finally {
      model.lineClosed();
      outbox.close().forEach(model::withdraw);
    }
  }

  /** Ends the line soon; called by any thread. */
  void close() {
    closing = true;
    connection.wakeUp();
  }

  // ---- answers ---------------------------------------------------------------------------------

  private void sendAnswers() throws ConnectionException {
    List<Outbox.Ended> sent = new ArrayList<>();
    for (Optional<Outbox.Ended> next = outbox.next(); next.isPresent(); next = outbox.next()) {
      connection.sendMessage(message(next.get()));
      sent.add(next.get());
    }
    if (!sent.isEmpty()) {
      connection.flush();
      sent.forEach(outbox::sent);
    }
  }

  private LineAnswer message(Outbox.Ended ended) {
    LineAnswer.Builder message =
        LineAnswer.newBuilder()
            .setId(ByteString.copyFrom(ended.query().bytes()))
            .setRowsUnderWay(model.rowsUnderWay())
            .setQuestionsUnderWay(model.questionsUnderWay());
    switch (ended.answer()) {
      case Answer.Share(long[] words) -> message.setShare(bytes(words));
      case Answer.Refused(Refusal refusal) -> message.setRefusal(refusal.message());
    }
    return message.build();
  }

  private static ByteString bytes(long[] words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(words);
    return ByteString.copyFrom(bytes);
  }

  // ---- questions -------------------------------------------------------------------------------

  private void receive() throws ConnectionException {
    LineRequest request =
        connection.receiveMessage(
            LineRequest.parser(), REQUEST_BYTES_MAX, reception.limits().part());
    if (request.getId().size() != SessionId.BYTES) {
      throw ConnectionException.refusal(client + " gave a question an id of a wrong length");
    }
    SessionId id = SessionId.of(request.getId().toByteArray());
    switch (request.getWhatCase()) {
      case ASK -> receive(id, request.getAsk().getRows());
      case WITHDRAW -> {
        if (outbox.isOpen(id)) {
          model.withdraw(id);
        }
      }
      case WHAT_NOT_SET -> throw ConnectionException.refusal(client + " says nothing");
    }
  }

  private void receive(SessionId id, int rows) throws ConnectionException {
    int rowsMax = reception.limits().rowsMax(model.card());
    String bounds =
        "a question to %s has 1 to %d records, not %s: ask in parts"
            .formatted(model.card().title(), rowsMax, Integer.toUnsignedString(rows));
    if (rows < 1 || rows > (long) SKIPPED_TIMES_MAX * rowsMax) {
      // Nobody reads that much only to refuse it.
      throw ConnectionException.refusal(bounds);
    }
    long startNanos = reception.node().nanos().getAsLong();
    QueryTensors tensors = new QueryTensors(id, model.card(), rows);
    Optional<Refusal> refusal =
        rows > rowsMax ? Optional.of(new Refusal(Code.BAD_QUESTION, bounds)) : admit(id, rows);
    reception.node().monitor().asked(model.card(), rows);
    if (refusal.isPresent()) {
      skip(tensors);
      model.neverComes(id);
      note(id, rows, refusal.get(), startNanos);
      outbox.refused(id, refusal.get());
      return;
    }
    take(tensors, startNanos);
  }

  /** Takes a seat for a query, or says why there is none. */
  private Optional<Refusal> admit(SessionId id, int rows) {
    Optional<Refusal> busy = model.refusalFor(rows);
    if (busy.isPresent()) {
      return busy;
    }
    int size = rows * model.card().features().columns();
    Optional<String> full = reception.seats().take(client, size);
    if (full.isPresent()) {
      return full.map(sentence -> new Refusal(Code.BUSY, sentence));
    }
    Optional<Refusal> refusal =
        reception
            .site()
            .admission()
            .toAsk(client, model.card(), rows)
            .map(sentence -> new Refusal(Code.NOT_ALLOWED, sentence));
    if (refusal.isEmpty() && !outbox.open(id, () -> reception.seats().leave(client, size))) {
      refusal = Optional.of(new Refusal(Code.BAD_QUESTION, "two questions have the same id"));
    }
    if (refusal.isPresent()) {
      reception.seats().leave(client, size);
    }
    return refusal;
  }

  /** Receives the shares, checks them against the commitments, and puts the query on the desk. */
  private void take(QueryTensors tensors, long startNanos) throws ConnectionException {
    try {
      HolderInput input = tensors.receive(connection, model.self(), pace(tensors));
      ask(query(tensors, input), startNanos);
    } catch (InputRefused e) {
      end(tensors, new Refusal(Code.BAD_QUESTION, e.getMessage()), startNanos);
    } catch (ConnectionException e) {
      String sentence = "the question did not come: " + e.getMessage();
      end(tensors, new Refusal(Code.TIMEOUT, sentence), startNanos);
      throw e;
    }
  }

  private Pace pace(QueryTensors tensors) {
    return new Pace(
        reception.limits().part(),
        reception.limits().arrival(model.card(), tensors.rows()),
        reception.node().nanos());
  }

  private Query query(QueryTensors tensors, HolderInput input) {
    return Query.of(tensors, model.cardDigest(), client, input, disclosure(tensors.rows()));
  }

  private void ask(Query query, long startNanos) {
    var _ =
        query
            .answer()
            .thenAccept(answer -> {
              switch (answer) {
                case Answer.Refused(Refusal refusal) ->
                    note(query.id(), query.rows(), refusal, startNanos);
                case Answer.Share(long[] _) ->
                    reception
                        .node()
                        .monitor()
                        .answered(model.card(), query.rows(), since(startNanos));
              }
              outbox.ended(query.id(), answer);
              connection.wakeUp();
            });
    model.ask(query).ifPresent(refusal -> query.answer().complete(new Answer.Refused(refusal)));
  }

  /** Ends a query that has a seat and never reached the desk; the others get to know. */
  private void end(QueryTensors tensors, Refusal refusal, long startNanos) {
    model.neverComes(tensors.id());
    note(tensors.id(), tensors.rows(), refusal, startNanos);
    outbox.ended(tensors.id(), new Answer.Refused(refusal));
  }

  private Disclosure disclosure(int rows) {
    return reception
        .site()
        .disclosures()
        .toClient(client, model.card(), model.card().outputElements(rows));
  }

  private void skip(QueryTensors tensors) throws ConnectionException {
    Pace pace = pace(tensors);
    int left = tensors.bytes(model.self());
    while (left > 0) {
      int part = Math.min(left, SKIPPED_BYTES);
      byte[] _ = connection.receiveBytes(part, pace.next());
      left -= part;
    }
  }

  private void note(SessionId id, int rows, Refusal refusal, long startNanos) {
    reception.node().monitor().refused(model.card(), refusal.code().name(), since(startNanos));
    reception.clerk().refused(client, model.card().name(), id.toString(), rows, refusal.sentence());
  }

  private Duration since(long startNanos) {
    return Duration.ofNanos(reception.node().nanos().getAsLong() - startNanos);
  }
}
