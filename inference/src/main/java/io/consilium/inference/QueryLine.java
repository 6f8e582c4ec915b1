package io.consilium.inference;

import com.google.protobuf.ByteString;
import io.consilium.inference.wire.QueryHeader;
import io.consilium.inference.wire.QueryReply;
import io.consilium.inference.wire.QueryStatement;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.TlsDialer;
import java.time.Duration;

/** The client's side of one query's connection to one party. */
final class QueryLine implements AutoCloseable {
  private static final int REPLY_BYTES_MAX = 1 << 13;

  private final Connection connection;
  private final String party;

  private QueryLine(Connection connection, String party) {
    this.connection = connection;
    this.party = party;
  }

  /** Connects, says what is going to be asked, and waits for the party's word on it. */
  static QueryLine open(
      TlsDialer dialer, PeerAddress party, QueryTensors query, ClientLimits limits)
      throws PredictionException {
    QueryHeader header =
        QueryHeader.newBuilder()
            .setModel(query.card().name())
            .setVersion(query.card().version())
            .setCardDigest(ByteString.copyFrom(query.card().digest()))
            .setRows(query.rows())
            .setColumns(query.card().features().columns())
            .build();
    Opening opening = new Opening(Opening.QUERY, query.id(), header.toByteString());
    try {
      Connection connection = dialer.connect(party, opening, limits.connecting());
      QueryLine line = new QueryLine(connection, party.name());
      try {
        line.expectConsent(limits.reply());
        return line;
      } catch (PredictionException | ConnectionException e) {
        line.close();
        throw e;
      }
    } catch (ConnectionException e) {
      throw PredictionException.of(party.name(), e);
    }
  }

  /** Sends what everybody gets to know, and this party's shares. */
  void send(ComputeParty to, HolderShares features, HolderShares mask) throws PredictionException {
    QueryStatement statement =
        QueryStatement.newBuilder()
            .setFeatures(ByteString.copyFrom(features.description().canonicalBytes()))
            .setMask(ByteString.copyFrom(mask.description().canonicalBytes()))
            .build();
    try {
      connection.sendMessage(statement);
      features.forParty(to).sendTo(connection);
      mask.forParty(to).sendTo(connection);
      connection.flush();
    } catch (ConnectionException e) {
      throw PredictionException.of(party, e);
    }
  }

  /** Waits for this party's share of the answer. */
  long[] receive(int elements, Duration timeout) throws PredictionException {
    try {
      expectConsent(timeout);
      long[] share = new long[elements];
      connection.receiveWords(share, elements, timeout);
      return share;
    } catch (ConnectionException e) {
      throw PredictionException.of(party, e);
    }
  }

  private void expectConsent(Duration timeout) throws ConnectionException, PredictionException {
    QueryReply reply = connection.receiveMessage(QueryReply.parser(), REPLY_BYTES_MAX, timeout);
    if (reply.hasRefusal()) {
      throw PredictionException.refused(party, Refusal.of(reply.getRefusal()));
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
