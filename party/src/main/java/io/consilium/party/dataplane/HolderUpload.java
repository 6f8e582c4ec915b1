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
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Shares this site's tensors with the compute parties of an attempt, each its bundles. */
public final class HolderUpload {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(30);
  private static final Duration RECEIPT_MAX = Duration.ofMinutes(10);
  private static final int RECEIPT_BYTES_MAX = 1 << 14;

  private final Identity identity;
  private final TlsDialer dialer;
  private final InputDesk own;

  public HolderUpload(Identity identity, TlsDialer dialer, InputDesk own) {
    this.identity = identity;
    this.dialer = dialer;
    this.own = own;
  }

  /**
   * Sends every compute party its bundles and waits for the receipts. One compute party after the
   * other: the bundles of all three together would let a bug send one to the wrong place unseen.
   *
   * @param computeParties names and addresses; this party itself is handed its bundles directly
   * @throws ConnectionException if a party cannot be reached or refuses
   */
  public void send(
      AttemptId attempt,
      Map<ComputeParty, PeerAddress> computeParties,
      List<HolderShares> tensors)
      throws ConnectionException {
    SignedInput statement = SharedInput.sign(identity, attempt, tensors);
    for (Map.Entry<ComputeParty, PeerAddress> entry : computeParties.entrySet()) {
      if (entry.getValue().name().equals(identity.principal().toString())) {
        own.takeOwn(attempt, identity.principal().name(), tensors);
      } else {
        send(attempt, entry.getKey(), entry.getValue(), statement, tensors);
      }
    }
  }

  private void send(
      AttemptId attempt,
      ComputeParty party,
      PeerAddress address,
      SignedInput statement,
      List<HolderShares> tensors)
      throws ConnectionException {
    Opening opening = new Opening(Opening.INPUT, attempt.session());
    try (Connection connection = dialer.connect(address, opening, CONNECT_MAX)) {
      connection.sendMessage(statement);
      for (HolderShares tensor : tensors) {
        tensor.forParty(party).sendTo(connection);
      }
      connection.flush();
      InputReceipt receipt =
          connection.receiveMessage(InputReceipt.parser(), RECEIPT_BYTES_MAX, RECEIPT_MAX);
      if (!receipt.getProblem().isEmpty()) {
        throw ConnectionException.refusal(
            address.name() + " refused this site's shares: " + receipt.getProblem());
      }
    }
  }
}
