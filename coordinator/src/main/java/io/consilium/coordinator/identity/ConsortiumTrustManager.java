package io.consilium.coordinator.identity;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts principals of the consortium that the owner of the connection wants to talk to. Extended,
 * so that no JDK wrapper adds host-name rules that mean nothing here.
 */
final class ConsortiumTrustManager extends X509ExtendedTrustManager {

  private final Trust trust;
  private final Predicate<Principal> accepted;

  ConsortiumTrustManager(Trust trust, Predicate<Principal> accepted) {
    this.trust = trust;
    this.accepted = accepted;
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    Principal peer = trust.verify(chain);
    if (!accepted.test(peer)) {
      throw new UntrustedException(
          "The other side is " + peer + ", which is not who this connection is for.");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[] {trust.authority()};
  }
}
