package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import java.util.function.Function;
import javax.net.ssl.SSLSession;

/** Asks the caller's function who is at the other end. */
final class PeerNames {
  private PeerNames() {}

  static String of(SSLSession session, String peer, Function<SSLSession, String> peerName)
      throws ConnectionException {
    try {
      return peerName.apply(session);
    } catch (RuntimeException e) {
      throw new ConnectionException(
          Reason.UNTRUSTED, "the certificate of " + peer + " is not trusted: " + e.getMessage(), e);
    }
  }
}
