package io.consilium.party.dataplane;

import io.consilium.coordinator.identity.Identity;
import io.consilium.party.dataplane.wire.InputReceipt;
import io.consilium.party.dataplane.wire.SignedInput;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.rep3.HolderShares;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.TlsDialer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Shares this site's tensors with the compute parties of an attempt, block after block, each its
 * bundles. While the parties verify and store a block, the next one is prepared.
 */
public final class HolderUpload implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(30);
  private static final Duration RECEIPT_MAX = Duration.ofMinutes(10);
  private static final int RECEIPT_BYTES_MAX = 1 << 14;

  private final Identity identity;
  private final InputDesk own;
  private final AttemptId attempt;
  private final InputRows rows;
  private final Map<ComputeParty, Connection> connections = new EnumMap<>(ComputeParty.class);
  private final boolean isComputing;
  private int blocks;

  private HolderUpload(
      Identity identity, InputDesk own, AttemptId attempt, InputRows rows, boolean isComputing) {
    this.identity = identity;
    this.own = own;
    this.attempt = attempt;
    this.rows = rows;
    this.isComputing = isComputing;
  }

  /**
   * Connects with the compute parties.
   *
   * @param own takes what is for this party, if it is one of them
   * @param computeParties names and addresses
   * @param rows of all blocks that will follow
   * @throws ConnectionException if a party cannot be reached
   */
  public static HolderUpload begin(
      Identity identity,
      TlsDialer dialer,
      InputDesk own,
      AttemptId attempt,
      Map<ComputeParty, PeerAddress> computeParties,
      InputRows rows)
      throws ConnectionException {
    String self = identity.principal().name();
    boolean isComputing =
        computeParties.values().stream().anyMatch(address -> address.name().equals(self));
    HolderUpload upload = new HolderUpload(identity, own, attempt, rows, isComputing);
    try {
      Opening opening = new Opening(Opening.INPUT, attempt.session());
      for (Map.Entry<ComputeParty, PeerAddress> party : computeParties.entrySet()) {
        if (!party.getValue().name().equals(self)) {
          upload.connections.put(
              party.getKey(), dialer.connect(party.getValue(), opening, CONNECT_MAX));
        }
      }
      return upload;
    } catch (ConnectionException e) {
      upload.close();
      throw e;
    }
  }

  /**
   * Sends every compute party its bundles of the next block.
   *
   * @throws ConnectionException if a party is lost, or refused this block or the one before
   * @throws IOException any other: this party cannot store its own bundles
   */
  public void send(List<HolderShares> tensors) throws IOException {
    awaitReceipts();
    if (isComputing) {
      own.takeOwn(attempt, identity.principal().name(), rows, tensors);
    }
    SignedInput statement = SharedInput.sign(identity, attempt, rows, blocks, tensors);
    for (Map.Entry<ComputeParty, Connection> party : connections.entrySet()) {
      send(party.getKey(), party.getValue(), statement, tensors);
    }
    blocks++;
  }

  private static void send(
      ComputeParty party, Connection connection, SignedInput statement, List<HolderShares> tensors)
      throws ConnectionException {
    connection.sendMessage(statement);
    for (HolderShares tensor : tensors) {
      tensor.forParty(party).sendTo(connection);
    }
    connection.flush();
  }

  /** Waits until every party has taken the last block. */
  public void finish() throws ConnectionException {
    awaitReceipts();
    blocks = 0;
  }

  private void awaitReceipts() throws ConnectionException {
    if (blocks == 0) {
      return;
    }
    for (Connection connection : connections.values()) {
      InputReceipt receipt =
          connection.receiveMessage(InputReceipt.parser(), RECEIPT_BYTES_MAX, RECEIPT_MAX);
      if (!receipt.getProblem().isEmpty()) {
        throw ConnectionException.refusal(
            connection.peerName() + " refused this site's shares: " + receipt.getProblem());
      }
    }
  }

  /** Hangs up. */
  @Override
  public void close() {
    connections.values().forEach(Connection::close);
  }
}
