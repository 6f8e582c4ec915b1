package io.consilium.bench;

import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.Cost;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.AgreedKeys;
import io.consilium.protocols.rep3.KeyAgreement;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionDescription;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.Rendezvous;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsChannel;
import io.consilium.protocols.transport.TlsDialer;
import io.consilium.protocols.transport.TlsServer;
import io.consilium.protocols.transport.Traffic;
import io.consilium.protocols.transport.TransportLimits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * One party's place in a session of three processes: mutual TLS 1.3 on loopback, keys agreed on as
 * in a deployment.
 */
final class Session implements AutoCloseable {
  static final String HOST = "127.0.0.1";
  private static final Duration CONNECT_MAX = Duration.ofSeconds(30);

  private final ComputeParty self;
  private final Map<String, byte[]> certificateHashes = new ConcurrentHashMap<>();
  private final Rendezvous rendezvous;
  private final TlsServer server;

  private Session(ComputeParty self, Identity identity) throws ConnectionException {
    this.self = self;
    certificateHashes.put(identity.principal().name(), sha256(identity.certificate()));
    var tls = identity.sslContext(principal -> principal.role() == Role.PARTY);
    TransportLimits limits = TransportLimits.DEFAULT;
    this.rendezvous =
        new Rendezvous(new TlsDialer(tls, session -> peerName(identity, session), limits), limits);
    this.server =
        TlsServer.bind(
            HOST,
            0,
            tls,
            session -> peerName(identity, session),
            rendezvous,
            limits,
            System.err::println);
  }

  /** Begins to listen on a free port. */
  static Session listen(ComputeParty self, Identity identity) throws ConnectionException {
    return new Session(self, identity);
  }

  /** The name in the certificate of a party. */
  static Principal principal(ComputeParty party) {
    return Principal.party("bench-" + party.ordinal());
  }

  private String peerName(Identity identity, SSLSession session) {
    try {
      Principal peer = identity.trust().peer(session);
      certificateHashes.put(peer.name(), sha256(session.getPeerCertificates()[0]));
      return peer.name();
    } catch (UntrustedException | SSLPeerUnverifiedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  int port() {
    return server.address().getPort();
  }

  /** One computation's channel and backend. */
  record Joined(TlsChannel channel, Rep3Backend backend, Runnable whenWarm)
      implements Surroundings, AutoCloseable {
    @Override
    public long largest(long mine) {
      return Arrays.stream(backend.exchangePublic(mine)).max().orElseThrow();
    }

    @Override
    public void flush() {
      channel.flush();
    }

    @Override
    public void warm() {
      whenWarm.run();
    }

    @Override
    public Traffic traffic() {
      return backend.traffic();
    }

    @Override
    public Cost declared() {
      return backend.declared();
    }

    @Override
    public void close() {
      channel.close();
    }
  }

  /**
   * Meets the other two and agrees on keys.
   *
   * @param ports where P0, P1 and P2 can be reached from here
   * @param program what all three are about to compute
   * @param whenWarm called between the warm-up and the first measured repetition
   */
  Joined join(SessionId id, List<Integer> ports, String program, Runnable whenWarm)
      throws ConnectionException {
    Map<ComputeParty, PeerAddress> peers = new EnumMap<>(ComputeParty.class);
    for (ComputeParty party : ComputeParty.values()) {
      if (party != self) {
        peers.put(
            party, new PeerAddress(principal(party).name(), HOST, ports.get(party.ordinal())));
      }
    }
    TlsChannel channel = rendezvous.await(id, self, peers, CONNECT_MAX);
    List<byte[]> certificates =
        Arrays.stream(ComputeParty.values())
            .map(party -> certificateHashes.get(principal(party).name()))
            .toList();
    byte[] digest = digest().digest(program.getBytes(StandardCharsets.UTF_8));
    AgreedKeys agreed =
        new KeyAgreement(new SecureRandom(), AddressLedger.NONE)
            .agree(channel, new SessionDescription(id.bytes(), digest, certificates), 0);
    channel.useIncarnation(agreed.incarnation());
    return new Joined(channel, new Rep3Backend(channel, agreed.keys()), whenWarm);
  }

  private static byte[] sha256(Certificate certificate) {
    try {
      return digest().digest(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read cannot be written", e);
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  @Override
  public void close() {
    rendezvous.close();
    server.close();
  }
}
