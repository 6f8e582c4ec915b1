package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** What the errors of the TLS engine mean to people. */
final class TlsErrors {
  private TlsErrors() {}

  static ConnectionException of(String peer, SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return new ConnectionException(
            Reason.UNTRUSTED,
            "the certificate of " + peer + " is not trusted: " + cause.getMessage(),
            e);
      }
    }
    String message = String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("received fatal alert")) {
      return alert(peer, message, lower, e);
    }
    if (lower.contains("empty client certificate chain")) {
      return new ConnectionException(Reason.UNTRUSTED, peer + " showed no certificate", e);
    }
    return new ConnectionException(
        Reason.VIOLATION, "what " + peer + " sends is not the TLS 1.3 expected: " + message, e);
  }

  private static ConnectionException alert(
      String peer, String message, String lower, SSLException e) {
    boolean aboutTrust =
        lower.contains("certificate") || lower.contains("unknown_ca") || lower.contains("access");
    return aboutTrust
        ? new ConnectionException(
            Reason.UNTRUSTED, peer + " does not accept the certificate shown to it: " + message, e)
        : new ConnectionException(Reason.VIOLATION, peer + " ended the handshake: " + message, e);
  }
}
