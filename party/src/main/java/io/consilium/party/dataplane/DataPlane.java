package io.consilium.party.dataplane;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.inference.InferenceServer;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.Rendezvous;
import io.consilium.protocols.transport.TlsDialer;
import io.consilium.protocols.transport.TlsServer;
import io.consilium.protocols.transport.TransportLimits;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The data plane of a party: one listening address, and who may connect to it for what. Parties
 * open compute sessions and bring inputs; clients ask models.
 */
public final class DataPlane implements AutoCloseable {
  /** A party shows its signature over its audit log. */
  public static final String AUDIT_HEAD = "audit-head";

  private final Identity identity;
  private final Supplier<Consortium> members;
  private final TlsDialer dialer;
  private final Rendezvous rendezvous;
  private final InputDesk inputs;
  private final AcceptanceDesk acceptances;
  private final TermsDesk terms;
  private final Map<String, byte[]> certificateHashes = new ConcurrentHashMap<>();
  private Optional<TlsServer> server = Optional.empty();

  /** For a consortium that stays as it is. */
  public DataPlane(Identity identity, Consortium consortium) {
    this(identity, () -> consortium);
  }

  /**
   * A data plane.
   *
   * @param members who takes part and where, as it is now
   */
  public DataPlane(Identity identity, Supplier<Consortium> members) {
    this.identity = identity;
    this.members = members;
    this.dialer =
        new TlsDialer(
            identity.sslContext(principal -> principal.role() == Role.PARTY),
            this::peerName,
            TransportLimits.DEFAULT);
    this.rendezvous = new Rendezvous(dialer, TransportLimits.DEFAULT);
    this.inputs = new InputDesk(identity.trust());
    this.acceptances = new AcceptanceDesk(identity.trust());
    this.terms = new TermsDesk(identity.trust());
    certificateHashes.put(identity.principal().name(), sha256(identity.certificate()));
  }

  /**
   * Begins to listen.
   *
   * @param bind host to listen on, if it is not the one in the consortium file
   * @param models takes the connections that are about models
   * @param heads takes the parties' signatures over their audit logs
   * @param refusals told, in a sentence, of connections that are not accepted
   */
  public void listen(
      Optional<String> bind,
      ConnectionHandler models,
      ConnectionHandler heads,
      Consumer<String> refusals)
      throws ConnectionException {
    Endpoint address = members.get().party(identity.principal().name()).orElseThrow().data();
    server =
        Optional.of(
            TlsServer.bind(
                bind.orElse(address.host()),
                address.port(),
                identity.sslContext(
                    principal -> principal.role() == Role.PARTY || principal.role() == Role.CLIENT),
                this::peerName,
                new ByKind(models, heads),
                TransportLimits.DEFAULT,
                refusals));
  }

  /** A party is called by its name, a client as {@code client:name}; names hold no colon. */
  private String peerName(SSLSession session) {
    try {
      Principal peer = identity.trust().peer(session);
      if (peer.role() != Role.PARTY) {
        return peer.toString();
      }
      certificateHashes.put(peer.name(), sha256(session.getPeerCertificates()[0]));
      return peer.name();
    } catch (UntrustedException | SSLPeerUnverifiedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static byte[] sha256(Certificate certificate) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /**
   * SHA-256 of the certificate that a party showed last; both ends of a session's links have seen
   * it before they agree on keys, which are bound to it.
   */
  public byte[] certificateHash(String party) {
    byte[] hash = certificateHashes.get(party);
    if (hash == null) {
      throw new IllegalStateException("no connection with " + party + " was made yet");
    }
    return hash.clone();
  }

  public TlsDialer dialer() {
    return dialer;
  }

  public Rendezvous rendezvous() {
    return rendezvous;
  }

  public InputDesk inputs() {
    return inputs;
  }

  public AcceptanceDesk acceptances() {
    return acceptances;
  }

  public TermsDesk terms() {
    return terms;
  }

  /** The names and addresses of three compute parties, P0 to P2. */
  public Map<ComputeParty, PeerAddress> addresses(List<String> computeParties) {
    Map<ComputeParty, PeerAddress> addresses = new EnumMap<>(ComputeParty.class);
    for (ComputeParty party : ComputeParty.values()) {
      addresses.put(party, address(computeParties.get(party.ordinal())));
    }
    return addresses;
  }

  /** Name and address of a party of the consortium. */
  public PeerAddress address(String party) {
    Endpoint data = members.get().party(party).orElseThrow().data();
    return new PeerAddress(party, data.host(), data.port());
  }

  @Override
  public void close() {
    server.ifPresent(TlsServer::close);
    rendezvous.close();
  }

  /** Hands a connection to whom its opening asks for, if the peer's role may ask that. */
  private final class ByKind implements ConnectionHandler {
    private final ConnectionHandler models;
    private final ConnectionHandler heads;

    ByKind(ConnectionHandler models, ConnectionHandler heads) {
      this.models = models;
      this.heads = heads;
    }

    @Override
    public void check(String peerName, Opening opening) throws ConnectionException {
      handler(peerName, opening).check(peerName, opening);
    }

    @Override
    public void accept(Connection connection, String peerName, Opening opening)
        throws ConnectionException {
      handler(peerName, opening).accept(connection, peerName, opening);
    }

    private ConnectionHandler handler(String peerName, Opening opening) throws ConnectionException {
      boolean isParty = members.get().party(peerName).isPresent();
      boolean isClient = peerName.startsWith(Role.CLIENT.label() + ":");
      Optional<ConnectionHandler> handler =
          switch (opening.kind()) {
            case Opening.COMPUTE_SESSION -> isParty ? Optional.of(rendezvous) : Optional.empty();
            case Opening.INPUT -> isParty ? Optional.of(inputs) : Optional.empty();
            case AcceptanceDesk.ACCEPTANCE -> isParty ? Optional.of(acceptances) : Optional.empty();
            case TermsDesk.TERMS -> isParty ? Optional.of(terms) : Optional.empty();
            case AUDIT_HEAD -> isParty ? Optional.of(heads) : Optional.empty();
            case InferenceServer.SERVING_SESSION ->
                isParty ? Optional.of(models) : Optional.empty();
            case Opening.QUERY, Opening.MODEL_CARD ->
                isClient ? Optional.of(models) : Optional.empty();
            default -> Optional.empty();
          };
      return handler.orElseThrow(() ->
          ConnectionException.refusal(
              peerName + " may not open a connection of kind '" + opening.kind() + "'"));
    }
  }
}
