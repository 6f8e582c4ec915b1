package io.consilium.inference;

import com.google.protobuf.ByteString;
import io.consilium.inference.Refusal.Code;
import io.consilium.inference.wire.Invitation;
import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.SessionException;
import io.consilium.protocols.prf.AddressLedger;
import io.consilium.protocols.rep3.AgreedKeys;
import io.consilium.protocols.rep3.KeyAgreement;
import io.consilium.protocols.rep3.Rep3Backend;
import io.consilium.protocols.rep3.SessionDescription;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.SessionId;
import io.consilium.protocols.transport.TlsChannel;
import io.consilium.protocols.transport.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One version of a model at one party: the queries that wait for it, and the session of the three
 * while there is one.
 *
 * <p>P0 opens a session when a query waits and there is none: it draws a session id and invites the
 * others. Every session has keys and an incarnation of its own (rule R2), and begins with the
 * comparison of the stored shares (rule R3). At P1 and P2 an invitation replaces a session that is
 * still there, since the leader would not open another one if that was of any use.
 */
final class ServedModel implements AutoCloseable {
  /** The keys of a session serve one phase. */
  private static final int PHASE = 0;

  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final ModelCard card;
  private final byte[] cardDigest;
  private final ComputeParty self;
  private final ServingNode node;
  private final ServingSite site;
  private final ServingLimits limits;
  private final Clerk clerk;
  private final QueryDesk desk;
  private final Forecast forecast;
  private final AtomicInteger lines = new AtomicInteger();
  private Optional<Thread> session = Optional.empty();
  private boolean closed;
  private volatile boolean warm;

  ServedModel(ModelCard card, ComputeParty self, Reception reception) {
    this.card = card;
    this.cardDigest = card.digest();
    this.self = self;
    this.node = reception.node();
    this.site = reception.site();
    this.limits = reception.limits();
    this.clerk = reception.clerk();
    this.desk = new QueryDesk(card, limits, node.nanos());
    this.forecast = new Forecast(limits.batchRowsMax(card));
  }

  ModelCard card() {
    return card;
  }

  byte[] cardDigest() {
    return cardDigest.clone();
  }

  /** Which of the three this party is for this model. */
  ComputeParty self() {
    return self;
  }

  /** Takes a query in, or says why not; its answer comes later, after a bounded time. */
  Optional<Refusal> ask(Query query) {
    Optional<Refusal> refusal = isClosed() ? Optional.of(stopping()) : desk.put(query);
    if (refusal.isEmpty() && self == ComputeParty.P0) {
      leadIfNobodyDoes();
    }
    return refusal;
  }

  /** Why a question of so many records would rather be asked later; the leader alone says so. */
  Optional<Refusal> refusalFor(int rows) {
    if (self != ComputeParty.P0 || desk.isEmpty()) {
      return Optional.empty();
    }
    Duration wait = forecast.waitFor(desk.waitingRows() + rows);
    return wait.compareTo(limits.waitMax(card)) <= 0
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                Code.BUSY,
                "a question would wait for about "
                    + wait.toMillis()
                    + " ms here, longer than it may: ask again in a moment"));
  }

  /**
   * How many records a line may have under way so that all lines together are answered in time; 0
   * where that is not known.
   */
  int rowsUnderWay() {
    if (self != ComputeParty.P0) {
      return 0;
    }
    long rows = forecast.rowsWithin(limits.waitMax(card));
    return Math.toIntExact(Math.max(1, rows / Math.max(1, lines.get())));
  }

  /**
   * How many questions a line may have under way so that there are seats for those of all lines.
   */
  int questionsUnderWay() {
    if (self != ComputeParty.P0) {
      return 0;
    }
    int share = limits.waitingMax() / Math.max(1, lines.get());
    return Math.clamp(share, 1, limits.waitingPerClientMax());
  }

  void lineOpened() {
    lines.incrementAndGet();
  }

  void lineClosed() {
    lines.decrementAndGet();
  }

  /** Ends a query whose client does not wait for it; the others get to know. */
  void withdraw(SessionId query) {
    desk.withdraw(query);
  }

  /** Remembers that a query was refused before it was complete; the others get to know. */
  void neverComes(SessionId query) {
    desk.neverComes(query);
  }

  /** Called from time to time: refuses what is late, and says how much waits. */
  void keepTime() {
    desk.refuseWhatIsLate();
    node.monitor().waiting(card, desk.size(), desk.waitingRows());
  }

  /**
   * Opens a session ahead if this party leads and there is none, and keeps it open; or lets it end
   * when nobody asks.
   */
  void keepWarm(boolean wanted) {
    warm = wanted && self == ComputeParty.P0;
    if (warm) {
      leadIfNobodyDoes();
    }
  }

  private void computed(int queries, int rows, long nanos, Traffic traffic) {
    forecast.took(rows, nanos);
    node.monitor()
        .computed(
            card, queries, rows, Duration.ofNanos(nanos), traffic.bytesSent(), traffic.rounds());
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private static Refusal stopping() {
    return new Refusal(Code.UNAVAILABLE, "this hospital stops");
  }

  // ---- the leader ------------------------------------------------------------------------------

  private synchronized void leadIfNobodyDoes() {
    if (!closed && session.isEmpty()) {
      session = Optional.of(start(this::lead));
    }
  }

  private void lead() {
    boolean wanted = warm;
    while (wanted || !leadingIsOver()) {
      run(newSessionId(), true);
      wanted = false;
    }
  }

  /**
   * One step with the end of the thread, so a query that comes now finds no thread and starts one.
   */
  private synchronized boolean leadingIsOver() {
    if (closed || desk.isEmpty()) {
      session = Optional.empty();
      return true;
    }
    return false;
  }

  private SessionId newSessionId() {
    byte[] id = new byte[SessionId.BYTES];
    node.random().nextBytes(id);
    return SessionId.of(id);
  }

  private void invite(SessionId id) throws ConnectionException {
    Invitation invitation =
        Invitation.newBuilder()
            .setModel(card.name())
            .setVersion(card.version())
            .setCardDigest(ByteString.copyFrom(cardDigest))
            .build();
    Opening opening = new Opening(InferenceServer.SERVING_SESSION, id, invitation.toByteString());
    for (ComputeParty peer : List.of(ComputeParty.P1, ComputeParty.P2)) {
      node.dialer().connect(address(peer), opening, limits.opening()).close();
    }
  }

  // ---- the others ------------------------------------------------------------------------------

  /** Follows the leader in a new session; an old one ends. */
  synchronized void invited(SessionId id) {
    if (closed) {
      return;
    }
    stopSession();
    session = Optional.of(start(() -> run(id, false)));
  }

  // ---- both ------------------------------------------------------------------------------------

  private Thread start(Runnable work) {
    return Thread.ofPlatform().daemon().name("serving-" + card.name() + "-" + self).start(work);
  }

  private void run(SessionId id, boolean leading) {
    Optional<TlsChannel> met = meet(id, leading);
    if (met.isEmpty()) {
      return;
    }
    try (TlsChannel channel = met.get()) {
      Optional<ServingSession> open = open(id, channel);
      if (open.isPresent()) {
        node.monitor().session(card, true);
        try {
          serve(id, open.get(), leading);
        } finally {
          node.monitor().session(card, false);
        }
      }
    }
  }

  private Optional<TlsChannel> meet(SessionId id, boolean leading) {
    try {
      if (leading) {
        invite(id);
      }
      return Optional.of(node.rendezvous().await(id, self, peers(), limits.opening()));
    } catch (ConnectionException | RuntimeException e) {
      cannotOpen(id, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<ServingSession> open(SessionId id, TlsChannel channel) {
    try {
      return Optional.of(agree(id, channel));
    } catch (SessionException e) {
      cannotOpen(id, named(e));
    } catch (IOException e) {
      // Which file it is, and why, is this site's own matter.
      node.notices().accept(card.title() + " cannot be read: " + e.getMessage());
      cannotOpen(
          id,
          node.name()
              + " cannot read its part of the model; its administrator finds the reason in the"
              + " log");
    } catch (RuntimeException e) {
      cannotOpen(id, String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /** Serves until the session ends in either way; queries that wait stay for the next one. */
  private void serve(SessionId id, ServingSession open, boolean leading) {
    String end = "was closed";
    try {
      if (leading) {
        open.lead();
      } else {
        open.follow();
      }
    } catch (InterruptedException e) {
      end = "failed: it was stopped here";
    } catch (SessionException e) {
      end = "failed: " + named(e);
    } catch (RuntimeException e) {
      end = "failed: " + e.getMessage();
    }
    node.notices().accept("session " + id + " of " + card.title() + " " + end);
  }

  private ServingSession agree(SessionId id, TlsChannel channel) throws IOException {
    ModelAsset asset = site.shelf().asset(card);
    List<byte[]> certificates =
        card.computeParties().stream().map(node.certificateHashes()).toList();
    byte[] program = Sha256.of("serving").with(cardDigest).digest();
    AgreedKeys agreed =
        new KeyAgreement(node.random(), AddressLedger.NONE)
            .agree(channel, new SessionDescription(id.bytes(), program, certificates), PHASE);
    channel.useIncarnation(agreed.incarnation());
    if (card.isImported()) {
      // One layer of a large network may keep a party busy for minutes, and a slower one longer.
      channel.bearSilence(limits.computing(card));
    }
    Rep3Backend backend = new Rep3Backend(channel, agreed.keys());
    SecretModel model = site.loader().load(asset, asset.restore(backend));
    String incarnation = HexFormat.of().formatHex(agreed.incarnation());
    node.notices()
        .accept("session " + id + ", incarnation " + incarnation + ", serves " + card.title());
    BatchProgram batches = new BatchProgram(backend, card, model, desk, clerk);
    return new ServingSession(
        channel, batches, card, desk, this::computed, limits, node.nanos(), () -> warm);
  }

  private Map<ComputeParty, PeerAddress> peers() {
    Map<ComputeParty, PeerAddress> peers = new EnumMap<>(ComputeParty.class);
    peers.put(self.next(), address(self.next()));
    peers.put(self.previous(), address(self.previous()));
    return peers;
  }

  private PeerAddress address(ComputeParty party) {
    return node.addresses().apply(card.nameOf(party));
  }

  /** Whoever waits is told; the next query is another attempt. */
  private void cannotOpen(SessionId id, String reason) {
    node.notices().accept("session " + id + " of " + card.title() + " failed: " + reason);
    desk.refuseAll(
        new Refusal(
            Code.UNAVAILABLE, "the three hospitals cannot serve " + card.title() + ": " + reason));
  }

  /** A peer by its name, which clients know, in place of its index. */
  private String named(SessionException e) {
    return String.valueOf(e.getMessage()).replace(e.peer().toString(), card.nameOf(e.peer()));
  }

  private void stopSession() {
    session.ifPresent(thread -> {
      thread.interrupt();
      try {
        boolean _ = thread.join(STOP_MAX);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    session = Optional.empty();
  }

  @Override
  public void close() {
    Optional<Thread> last;
    synchronized (this) {
      closed = true;
      last = session;
    }
    last.ifPresent(Thread::interrupt);
    desk.refuseAll(stopping());
    try {
      if (last.isPresent()) {
        boolean _ = last.get().join(STOP_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
