package io.consilium.party.dataplane;

import io.consilium.coordinator.contract.JobId;
import io.consilium.coordinator.identity.Trust;
import io.consilium.party.dataplane.wire.Acceptance;
import io.consilium.party.dataplane.wire.StatementReceipt;
import io.consilium.protocols.transport.Connection;
import io.consilium.protocols.transport.ConnectionException;
import io.consilium.protocols.transport.ConnectionHandler;
import io.consilium.protocols.transport.Opening;
import io.consilium.protocols.transport.PeerAddress;
import io.consilium.protocols.transport.TlsDialer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * The acceptances of plans that other parties have brought. One may come before this party's own
 * attempt begins. Of each peer a few are kept, so no peer can push out another's.
 */
public final class AcceptanceDesk implements ConnectionHandler {
  /** A peer brings the acceptance of a plan. */
  static final String ACCEPTANCE = "plan-acceptance";

  /** Jobs of one peer; the one that came first gives way. */
  static final int JOBS_PER_PEER_MAX = 8;

  private static final Duration MESSAGE_MAX = Duration.ofSeconds(10);
  private static final int RECEIPT_BYTES_MAX = 1 << 14;

  private final Trust trust;
  private final Map<String, SequencedMap<JobId, PlanAcceptance>> byPeer = new HashMap<>();
  private CompletableFuture<Void> news = new CompletableFuture<>();

  AcceptanceDesk(Trust trust) {
    this.trust = trust;
  }

  @Override
  public void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    try (connection) {
      Acceptance message =
          connection.receiveMessage(Acceptance.parser(), PlanAcceptance.BYTES_MAX, MESSAGE_MAX);
      StatementReceipt.Builder receipt = StatementReceipt.newBuilder();
      try {
        put(PlanAcceptance.verify(message, peerName, trust));
      } catch (ConnectionException e) {
        receipt.setProblem(e.getMessage());
      }
      connection.sendMessage(receipt.build());
      connection.flush();
    }
  }

  private synchronized void put(PlanAcceptance acceptance) {
    SequencedMap<JobId, PlanAcceptance> ofPeer =
        byPeer.computeIfAbsent(acceptance.party(), _ -> new LinkedHashMap<>());
    ofPeer.remove(acceptance.attempt().job());
    ofPeer.putLast(acceptance.attempt().job(), acceptance);
    if (ofPeer.size() > JOBS_PER_PEER_MAX) {
      ofPeer.pollFirstEntry();
    }
    CompletableFuture<Void> waited = news;
    news = new CompletableFuture<>();
    boolean _ = waited.complete(null);
  }

  /**
   * Tells a peer what this party accepts. A peer that is not there yet is tried again.
   *
   * @throws ConnectionException if it was not told in time, or does not take it
   */
  public void tell(TlsDialer dialer, PeerAddress peer, PlanAcceptance mine, Duration patience)
      throws ConnectionException {
    Opening opening = new Opening(ACCEPTANCE, mine.attempt().session());
    try (Connection connection = dialer.connect(peer, opening, patience)) {
      connection.sendMessage(mine.message());
      StatementReceipt receipt =
          connection.receiveMessage(StatementReceipt.parser(), RECEIPT_BYTES_MAX, MESSAGE_MAX);
      if (!receipt.getProblem().isEmpty()) {
        throw ConnectionException.refusal(
            peer.name() + " did not take the acceptance of the plan: " + receipt.getProblem());
      }
    }
  }

  /**
   * Waits for news, for some time, unless enough is known of what the peers accepted for a job.
   *
   * @param isEnough of what is there
   * @return what is there
   */
  public Map<String, PlanAcceptance> await(
      JobId job,
      Collection<String> peers,
      Predicate<Map<String, PlanAcceptance>> isEnough,
      Duration time)
      throws InterruptedException {
    CompletableFuture<Void> next = news();
    Map<String, PlanAcceptance> known = of(job, peers);
    if (isEnough.test(known)) {
      return known;
    }
    try {
      var _ = next.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return known;
    } catch (ExecutionException e) {
      throw new IllegalStateException("news never fails", e);
    }
    return of(job, peers);
  }

  private synchronized CompletableFuture<Void> news() {
    return news;
  }

  private synchronized Map<String, PlanAcceptance> of(JobId job, Collection<String> peers) {
    Map<String, PlanAcceptance> known = new HashMap<>();
    for (String peer : peers) {
      SequencedMap<JobId, PlanAcceptance> ofPeer = byPeer.get(peer);
      if (ofPeer != null && ofPeer.containsKey(job)) {
        known.put(peer, ofPeer.get(job));
      }
    }
    return known;
  }

  /** Forgets what was accepted for a job that is over. */
  public synchronized void forget(JobId job) {
    byPeer.values().forEach(ofPeer -> ofPeer.remove(job));
  }
}
