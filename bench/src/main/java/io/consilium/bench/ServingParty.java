package io.consilium.bench;

import com.sun.management.OperatingSystemMXBean;
import io.consilium.coordinator.cli.ExitCode;
import io.consilium.coordinator.cli.ParentWatch;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.inference.Admission;
import io.consilium.inference.AllModels;
import io.consilium.inference.InferenceServer;
import io.consilium.inference.ModelAsset;
import io.consilium.inference.ModelCard;
import io.consilium.inference.ModelShelf;
import io.consilium.inference.QueryAudit;
import io.consilium.inference.ServingLimits;
import io.consilium.inference.ServingMonitor;
import io.consilium.inference.ServingNode;
import io.consilium.inference.ServingSite;
import io.consilium.party.audit.AuditEvent;
import io.consilium.party.audit.AuditLog;
import io.consilium.party.plan.AnswerRights;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * One of three parties that serve a model, as a process: the serving of a hospital's node, with its
 * audit log on the disk. It prints its port, reads those of all three, and prints what it used so
 * far whenever it is asked.
 */
final class ServingParty {
  private static final double NANOS = 1e9;

  private ServingParty() {}

  /** What the process is told at its start. */
  record Place(int party, String identity, String state, String example) {}

  /** What the process has used since its start. */
  record Used(double cpuSeconds, long peakMemoryBytes) {}

  /** Runs and ends the process. */
  public static void main(String[] arguments) {
    ParentWatch.begin();
    PrintStream out = System.out;
    System.setOut(System.err);
    System.exit(run(Lines.read(arguments[0], Place.class), out));
  }

  private static int run(Place place, PrintStream out) {
    try {
      serve(place, out);
      return ExitCode.DONE;
    } catch (Exception e) {
      e.printStackTrace(System.err);
      return ExitCode.INTERNAL;
    }
  }

  private static void serve(Place place, PrintStream out) throws Exception {
    Identity identity = Identity.load(Path.of(place.identity()));
    ServedExample example = ServedExample.of(place.example());
    ComputeParty party = ComputeParty.of(place.party());
    Map<String, PeerAddress> addresses = new ConcurrentHashMap<>();
    try (AuditLog audit = AuditLog.open(Path.of(place.state()), identity, Clock.systemUTC());
        Host host = new Host(identity, addresses, audit, example, party)) {
      out.println(Lines.say(host.server.address().getPort()));
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      int[] ports = Lines.read(line(in), int[].class);
      for (ComputeParty peer : ComputeParty.values()) {
        String name = Session.principal(peer).name();
        addresses.put(name, new PeerAddress(name, Session.HOST, ports[peer.ordinal()]));
      }
      for (String asked = line(in); !asked.isEmpty(); asked = line(in)) {
        out.println(Lines.say(used()));
      }
    }
  }

  private static String line(BufferedReader in) throws IOException {
    String line = in.readLine();
    return line == null ? "" : line;
  }

  static Used used() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Used(system.getProcessCpuTime() / NANOS, PeakMemory.bytes());
  }

  /** The part of a node that serves. */
  private static final class Host implements ConnectionHandler, AutoCloseable {
    private final Identity identity;
    private final Map<String, byte[]> certificates = new ConcurrentHashMap<>();
    private final Rendezvous rendezvous;
    private final InferenceServer inference;
    final TlsServer server;

    Host(
        Identity identity,
        Map<String, PeerAddress> addresses,
        AuditLog audit,
        ServedExample example,
        ComputeParty party)
        throws ConnectionException, CertificateEncodingException {
      this.identity = identity;
      certificates.put(identity.principal().name(), sha256(identity.certificate().getEncoded()));
      TransportLimits limits = TransportLimits.DEFAULT;
      TlsDialer dialer =
          new TlsDialer(
              identity.sslContext(principal -> principal.role() == Role.PARTY),
              this::peerName,
              limits);
      this.rendezvous = new Rendezvous(dialer, limits);
      ServingNode node =
          new ServingNode(
              identity.principal().name(),
              dialer,
              rendezvous,
              addresses::get,
              name -> certificates.get(name).clone(),
              new SecureRandom(),
              System::nanoTime,
              System.err::println,
              ServingMonitor.NONE);
      ServingSite site =
          new ServingSite(
              new Shelf(example.asset(party)),
              new AllModels(),
              new Everybody(),
              new AnswerRights((value, recipient, elements) -> {}),
              facts -> write(audit, facts),
              Set.of(example.card().name()));
      this.inference = new InferenceServer(node, site, ServingLimits.DEFAULT);
      SSLContext tls = identity.sslContext(principal -> true);
      this.server =
          TlsServer.bind(Session.HOST, 0, tls, this::peerName, this, limits, System.err::println);
    }

    private String peerName(SSLSession session) {
      try {
        Principal peer = identity.trust().peer(session);
        if (peer.role() != Role.PARTY) {
          return peer.toString();
        }
        certificates.put(peer.name(), sha256(session.getPeerCertificates()[0].getEncoded()));
        return peer.name();
      } catch (UntrustedException | SSLPeerUnverifiedException | CertificateEncodingException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    private static byte[] sha256(byte[] bytes) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this JDK has no SHA-256", e);
      }
    }

    private static void write(AuditLog audit, List<QueryAudit.Fact> facts) {
      try {
        audit.append(facts.stream().map(Host::event).toList());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static AuditEvent event(QueryAudit.Fact fact) {
      return switch (fact) {
        case QueryAudit.Fact.Answered answered ->
            new AuditEvent(
                answered.client(),
                "value.opened",
                "bench",
                Map.of("query", answered.queryId(), "rows", String.valueOf(answered.rows())));
        case QueryAudit.Fact.Refused refused ->
            new AuditEvent(
                refused.client(), "query.refused", "bench", Map.of("reason", refused.reason()));
      };
    }

    private ConnectionHandler handler(Opening opening) {
      return InferenceServer.KINDS.contains(opening.kind()) ? inference : rendezvous;
    }

    @Override
    public void check(String peerName, Opening opening) throws ConnectionException {
      handler(opening).check(peerName, opening);
    }

    @Override
    public void accept(Connection connection, String peerName, Opening opening)
        throws ConnectionException {
      handler(opening).accept(connection, peerName, opening);
    }

    @Override
    public void close() {
      inference.close();
      server.close();
      rendezvous.close();
    }
  }

  /** Everybody may ask as much as there is room for. */
  private record Everybody() implements Admission {
    @Override
    public Optional<String> toReadCard(String client, String model) {
      return Optional.empty();
    }

    @Override
    public Optional<String> toKnow(String client, ModelCard card) {
      return Optional.empty();
    }

    @Override
    public Optional<String> toAsk(String client, ModelCard card, int rows) {
      return Optional.empty();
    }
  }

  private record Shelf(ModelAsset asset) implements ModelShelf {
    @Override
    public Optional<ModelCard> card(String name, OptionalInt version) {
      return Optional.of(asset.card()).filter(card -> card.name().equals(name));
    }

    @Override
    public ModelAsset asset(ModelCard card) {
      return asset;
    }
  }
}
