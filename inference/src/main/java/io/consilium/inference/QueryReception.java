package io.consilium.inference;

import io.consilium.inference.wire.QueryHeader;
import io.consilium.inference.wire.QueryReply;
import io.consilium.inference.wire.QueryStatement;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderInput;
import io.consilium.protocols.rep3.ShareBundle;
import io.consilium.protocols.rep3.TensorDescription;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The accepting side of one query's connection, after its opening. */
record QueryReception(Connection connection, String client, SessionId id, QueryHeader header) {
  static final int STATEMENT_BYTES_MAX = 2 * TensorDescription.BYTES_MAX + 64;

  /** Tells the client to send its shares. */
  void goAhead() throws ConnectionException {
    connection.sendMessage(QueryReply.getDefaultInstance());
    connection.flush();
  }

  /** Receives this party's shares and checks them against the client's commitments. */
  Query receive(
      ModelCard card,
      ComputeParty self,
      PredictionDisclosures disclosures,
      ServingLimits limits,
      LongSupplier nanos)
      throws ConnectionException {
    long end = nanos.getAsLong() + limits.part().toNanos();
    QueryTensors tensors = new QueryTensors(id, card, header.getRows());
    QueryStatement statement =
        connection.receiveMessage(QueryStatement.parser(), STATEMENT_BYTES_MAX, limits.part());
    TensorDescription ofFeatures = tensors.features(statement.getFeatures().toByteArray());
    TensorDescription ofMask = tensors.mask(statement.getMask().toByteArray());
    HolderInput features = input(self, ofFeatures, left(end, nanos));
    HolderInput mask = input(self, ofMask, left(end, nanos));
    return new Query(
        id,
        client,
        header.getRows(),
        features,
        mask,
        Query.digest(id, client, card.digest(), header.getRows(), features, mask),
        disclosures.toClient(client, card, card.outputElements(header.getRows())),
        new CompletableFuture<>());
  }

  private HolderInput input(ComputeParty self, TensorDescription description, Duration timeout)
      throws ConnectionException {
    return HolderInput.receive(
        ShareBundle.receiveFrom(connection, self, description, timeout), description);
  }

  private static Duration left(long end, LongSupplier nanos) {
    return Duration.ofNanos(Math.max(1_000_000, end - nanos.getAsLong()));
  }

  void sendShare(long[] words) throws ConnectionException {
    connection.sendMessage(QueryReply.getDefaultInstance());
    connection.sendWords(words, words.length);
  }

  void refuse(Refusal refusal) throws ConnectionException {
    connection.sendMessage(QueryReply.newBuilder().setRefusal(refusal.message()).build());
  }
}
