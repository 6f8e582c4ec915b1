package io.consilium.protocols.transport;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** TLS 1.3 with AES-128-GCM and certificates on both sides; nothing else is spoken. */
final class TlsEngines {
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final String[] SUITES = {"TLS_AES_128_GCM_SHA256"};

  private TlsEngines() {}

  /** Without the peer's address, so that no session is taken up again: every handshake is full. */
  static SSLEngine dialling(SSLContext tls) {
    SSLEngine engine = restricted(tls);
    engine.setUseClientMode(true);
    return engine;
  }

  static SSLEngine accepting(SSLContext tls) {
    SSLEngine engine = restricted(tls);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  private static SSLEngine restricted(SSLContext tls) {
    SSLEngine engine = tls.createSSLEngine();
    engine.setEnabledProtocols(PROTOCOLS);
    engine.setEnabledCipherSuites(SUITES);
    return engine;
  }
}
