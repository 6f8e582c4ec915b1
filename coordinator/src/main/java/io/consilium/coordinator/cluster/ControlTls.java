package io.consilium.coordinator.cluster;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Trust;
import io.consilium.coordinator.identity.UntrustedException;
import java.util.function.Predicate;
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
 * TLS of the cluster: 1.3, both sides with a certificate. Outwards only the coordinator and the
 * parties that the consortium file names are spoken to; inwards only this node's own {@link
 * ControlGate} gets through, which has looked at the others. Host names play no part.
 */
final class ControlTls implements SSLEngineProvider {

  private static final Logger LOG = LoggerFactory.getLogger(ControlTls.class);

  private final SSLContext outwards;
  private final SSLContext inwards;
  private final Principal self;
  private final Trust trust;
  private final Supplier<Consortium> members;

  ControlTls(Identity identity, Supplier<Consortium> members) {
    this.self = identity.principal();
    this.outwards = identity.sslContext(peer -> members.get().isNode(peer));
    this.inwards = identity.sslContext(self::equals);
    this.trust = identity.trust();
    this.members = members;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    SSLEngine engine = engine(inwards);
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    SSLEngine engine = engine(outwards);
    engine.setUseClientMode(true);
    return engine;
  }

  /** Of a connection that this node has opened. */
  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return verify(session, peer -> members.get().isNode(peer));
  }

  /** Of a connection that this node has accepted. */
  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return verify(session, self::equals);
  }

  /** A second look at what the handshake has let through already. */
  private Option<Throwable> verify(SSLSession session, Predicate<Principal> accepted) {
    try {
      Principal peer = trust.peer(session);
      return accepted.test(peer)
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

  private static SSLEngine engine(SSLContext context) {
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
