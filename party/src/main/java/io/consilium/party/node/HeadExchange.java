package io.consilium.party.node;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.SignedDocument;
import io.consilium.party.audit.AuditException;
import io.consilium.party.audit.PeerHeads;
import io.consilium.party.dataplane.DataPlane;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.SessionId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parties keep each other's signatures over their audit logs. A party shows its own to each other
 * one, at its start and every minute; the answer is the newest that the other one has kept of it,
 * and the other one's own. If what was kept is not in the log, the log was cut or rewritten, and
 * the party does nothing more until somebody has looked into it.
 *
 * <p>What is told: how many lines the log has, and a hash. Bytes: about 4,000 each time.
 */
public final class HeadExchange implements ConnectionHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeadExchange.class);

  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration EVERY_UNTIL_SEEN = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  /** A party that is not up refuses at once; one that is behind a firewall may not keep us. */
  private static final Duration START_MAX = Duration.ofSeconds(2);

  private static final int REPLY_BYTES_MAX = 1 << 16;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Site site;
  private final DataPlane dataPlane;
  private final PeerHeads heads;
  private final ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, SignedDocument> refused = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * What one party answers another.
   *
   * @param kept the newest signature of the other one that it has, or null
   * @param own its own newest
   */
  record Reply(SignedDocument kept, SignedDocument own) {}

  HeadExchange(Site site, DataPlane dataPlane) {
    this.site = site;
    this.dataPlane = dataPlane;
    this.heads = new PeerHeads(site.state(), site.identity().trust());
    this.thread = Thread.ofVirtual().name("audit-heads").unstarted(this::repeat);
  }

  /**
   * Asks every other party that is up, and goes on asking from then on.
   *
   * @throws AuditException if one of them has a signature over lines that the log does not have
   */
  void start() throws IOException {
    List<Callable<Void>> questions = new ArrayList<>();
    for (String peer : peers()) {
      questions.add(() -> exchange(peer));
    }
    try {
      for (Future<Void> answer :
          asking.invokeAll(questions, START_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        refuseIfInConflict(answer);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.start();
  }

  private void refuseIfInConflict(Future<Void> answer) throws AuditException {
    if (answer.state() != Future.State.FAILED) {
      return;
    }
    Throwable failure = answer.exceptionNow();
    if (failure instanceof AuditException conflict) {
      site.audit().distrust(conflict.getMessage());
      throw conflict;
    }
    LOG.debug("A party shows no signature yet: {}", failure.getMessage());
  }

  private List<String> peers() {
    return site.consortium().partyNames().stream()
        .filter(name -> !name.equals(site.name()))
        .toList();
  }

  private void repeat() {
    try {
      while (!closed) {
        Thread.sleep(allSeen() ? EVERY : EVERY_UNTIL_SEEN);
        for (String peer : peers()) {
          askQuietly(peer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean allSeen() {
    return seen.containsAll(peers());
  }

  private void askQuietly(String peer) {
    try {
      Void _ = exchange(peer);
    } catch (AuditException e) {
      LOG.error(
          "{} Nothing is accepted or answered until somebody has looked into it.", e.getMessage());
      site.audit().distrust(e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.debug("The audit log's signature could not be shown to {}: {}", peer, e.getMessage());
    }
  }

  // ---- asking ----------------------------------------------------------------------------------

  private Void exchange(String peer) throws IOException {
    Reply reply = ask(dataPlane, peer, site.audit().signedHead());
    if (reply.kept() != null) {
      if (site.audit().isSignedHere(reply.kept())) {
        site.audit().compare(reply.kept(), peer);
      } else {
        // Whatever it is, it says nothing about this log: a peer cannot stop a node with it.
        LOG.warn("What {} keeps of this audit log was not signed by this party.", peer);
      }
    }
    take(peer, reply.own());
    synchronized (this) {
      seen.add(peer);
    }
    return null;
  }

  /**
   * Shows a party a signature and returns what it has kept, and its own.
   *
   * @param own of the one who asks
   */
  static Reply ask(DataPlane dataPlane, String peer, SignedDocument own) throws IOException {
    Opening opening =
        new Opening(
            DataPlane.AUDIT_HEAD,
            new SessionId(0, 0),
            ByteString.copyFrom(JSON.writeValueAsBytes(own)));
    try (Connection connection =
        dataPlane.dialer().connect(dataPlane.address(peer), opening, ANSWER_MAX)) {
      BytesValue answer =
          connection.receiveMessage(BytesValue.parser(), REPLY_BYTES_MAX, ANSWER_MAX);
      Reply reply = JSON.readValue(answer.getValue().toByteArray(), Reply.class);
      if (reply == null || reply.own() == null) {
        throw new IOException(peer + " shows no signature of its own");
      }
      return reply;
    }
  }

  // ---- being asked -----------------------------------------------------------------------------

  @Override
  public void check(String peerName, Opening opening) throws ConnectionException {
    SignedDocument _ = shown(opening);
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      Optional<SignedDocument> kept = heads.of(Principal.party(peerName));
      take(peerName, shown(opening));
      Reply reply = new Reply(kept.orElse(null), site.audit().signedHead());
      connection.sendMessage(BytesValue.of(ByteString.copyFrom(JSON.writeValueAsBytes(reply))));
      connection.flush();
    } catch (ConnectionException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn("What {} signed of its audit log cannot be kept: {}", peerName, e.getMessage());
    }
  }

  private static SignedDocument shown(Opening opening) throws ConnectionException {
    try {
      SignedDocument shown = JSON.readValue(opening.body().toByteArray(), SignedDocument.class);
      if (shown != null) {
        return shown;
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("A signature cannot be read: {}", e.getMessage());
    }
    throw ConnectionException.refusal("that is no signature over an audit log");
  }

  /** A disk that is full keeps the older signature, which is better than none. */
  private synchronized void take(String peer, SignedDocument shown) {
    try {
      switch (heads.take(Principal.party(peer), shown)) {
        case RENEWED -> {
          LOG.warn("{} began its audit log anew.", peer);
          site.note(
              Principal.party(peer).toString(), "peer.audit.begun-anew", "", Map.of("party", peer));
        }
        case REFUSED -> warnOnce(peer, shown);
        case NEWER, SAME -> {}
      }
    } catch (AuditException e) {
      LOG.warn("{}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("What {} signed of its audit log cannot be kept: {}", peer, e.getMessage());
    }
  }

  private void warnOnce(String peer, SignedDocument shown) {
    if (!shown.equals(refused.put(peer, shown))) {
      LOG.warn("{} shows an audit log that does not continue the one it signed before.", peer);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    asking.shutdownNow();
  }
}
