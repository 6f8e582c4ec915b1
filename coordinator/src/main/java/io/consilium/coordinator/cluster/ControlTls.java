package io.consilium.coordinator.cluster;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * TLS of the cluster: 1.3, both sides with a certificate, and only the coordinator and the parties
 * that the consortium file names get through. Host names play no part.
 */
final class ControlTls implements SSLEngineProvider {

  private static final Logger LOG = LoggerFactory.getLogger(ControlTls.class);

  private final SSLContext context;
  private final Trust trust;
  private final Supplier<Consortium> members;

  ControlTls(Identity identity, Supplier<Consortium> members) {
    this.context = identity.sslContext(peer -> members.get().isNode(peer));
    this.trust = identity.trust();
    this.members = members;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    SSLEngine engine = engine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    SSLEngine engine = engine();
    engine.setUseClientMode(true);
    return engine;
  }

  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return verify(session);
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return verify(session);
  }

  /** A second look at what the handshake has let through already. */
  private Option<Throwable> verify(SSLSession session) {
    try {
      Principal peer = trust.peer(session);
      return members.get().isNode(peer)
          ? Option.empty()
          : refuse(new UntrustedMember(peer + " is not a node of this consortium."));
    } catch (UntrustedException e) {
      return refuse(e);
    }
  }

  private static Option<Throwable> refuse(Exception cause) {
    LOG.warn("A connection to the cluster was refused: {}", cause.getMessage());
    return Option.apply(cause);
  }

  private SSLEngine engine() {
    SSLEngine engine = context.createSSLEngine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setEndpointIdentificationAlgorithm(null);
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static final class UntrustedMember extends Exception {
    private static final long serialVersionUID = 1L;

    UntrustedMember(String message) {
      super(message);
    }
  }
}
