package io.consilium.party.dataplane;

import io.consilium.coordinator.identity.Trust;
import io.consilium.party.dataplane.wire.SignedStatement;
import io.consilium.party.dataplane.wire.StatementReceipt;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsDialer;
import java.io.IOException;
import java.time.Duration;

/** Takes what other parties say of questions to models with their records, each its own words. */
public final class TermsDesk implements ConnectionHandler {
  /** A party brings its serving terms. */
  static final String TERMS = "serving-terms";

  private static final Duration MESSAGE_MAX = Duration.ofSeconds(10);
  private static final int RECEIPT_BYTES_MAX = 1 << 14;
  private static final SessionId NO_SESSION = new SessionId(0, 0);

  private final Trust trust;
  private volatile Taker taker =
      _ -> {
        throw new IOException("this party does not take serving terms yet");
      };

  TermsDesk(Trust trust) {
    this.trust = trust;
  }

  /** Keeps terms. */
  @FunctionalInterface
  public interface Taker {
    /** On the disk when it returns. */
    void take(ServingTerms terms) throws IOException;
  }

  /** Who keeps what comes from now on. */
  public void giveTo(Taker keeper) {
    taker = keeper;
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      SignedStatement signed =
          connection.receiveMessage(
              SignedStatement.parser(), PlanAcceptance.BYTES_MAX, MESSAGE_MAX);
      connection.sendMessage(
          StatementReceipt.newBuilder().setProblem(problem(signed, peerName)).build());
      connection.flush();
    }
  }

  private String problem(SignedStatement signed, String party) {
    try {
      taker.take(ServingTerms.verify(signed, party, trust));
      return "";
    } catch (ConnectionException e) {
      return e.getMessage();
    } catch (IOException e) {
      return "this party cannot keep them";
    }
  }

  /**
   * Tells a peer this party's terms.
   *
   * @throws ConnectionException if the peer is not there within the time, or does not take them
   */
  public void tell(TlsDialer dialer, PeerAddress peer, ServingTerms mine, Duration patience)
      throws ConnectionException {
    try (Connection connection = dialer.connect(peer, new Opening(TERMS, NO_SESSION), patience)) {
      connection.sendMessage(mine.signed());
      StatementReceipt receipt =
          connection.receiveMessage(StatementReceipt.parser(), RECEIPT_BYTES_MAX, MESSAGE_MAX);
      if (!receipt.getProblem().isEmpty()) {
        throw ConnectionException.refusal(
            peer.name() + " did not take the serving terms: " + receipt.getProblem());
      }
    }
  }
}
