package io.consilium.protocols.transport;

import io.consilium.protocols.ComputeParty;
import io.consilium.protocols.transport.ConnectionException.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings the connections of a compute session together: of two parties the one with the lower index
 * dials. A connection may come before its session begins here; it then waits for some time.
 */
public final class Rendezvous implements ConnectionHandler, AutoCloseable {
  private record Expected(SessionId session, String peerName) {}

  private record Parked(Connection connection, Deadline deadline) {}

  private final TlsDialer dialer;
  private final TransportLimits limits;

  /** In order of arrival. */
  private final Map<Expected, Parked> parked = new LinkedHashMap<>();

  public Rendezvous(TlsDialer dialer, TransportLimits limits) {
    this.dialer = dialer;
    this.limits = limits;
  }

  @Override
  public synchronized void check(String peerName, Opening opening) throws ConnectionException {
    forgetOld();
    long ofPeer = parked.keySet().stream().filter(e -> e.peerName().equals(peerName)).count();
    if (ofPeer >= limits.parkedPerPeerMax() || parked.size() >= limits.parkedMax()) {
      throw ConnectionException.refusal(
          "too many connections of " + peerName + " wait for sessions that have not begun");
    }
  }

  /**
   * Takes a connection that a peer has opened with {@link Opening#COMPUTE_SESSION}. Of two for the
   * same session the newer one counts.
   */
  @Override
  public synchronized void accept(Connection connection, String peerName, Opening opening)
      throws ConnectionException {
    check(peerName, opening);
    Parked newest = new Parked(connection, Deadline.in(limits.parked()));
    Optional<Parked> before =
        Optional.ofNullable(parked.put(new Expected(opening.session(), peerName), newest));
    before.ifPresent(old -> old.connection().close());
    notifyAll();
  }

  private void forgetOld() {
    Iterator<Parked> all = parked.values().iterator();
    while (all.hasNext()) {
      Parked next = all.next();
      if (next.deadline().isOver()) {
        all.remove();
        next.connection().close();
      }
    }
  }

  /**
   * Connects this party with the other two.
   *
   * @param peers names and addresses of the other two, as everybody in the session knows them
   * @throws ConnectionException if one of them did not come in time or is not who it should be
   */
  public TlsChannel await(
      SessionId session, ComputeParty self, Map<ComputeParty, PeerAddress> peers, Duration timeout)
      throws ConnectionException {
    if (peers.size() != 2 || peers.containsKey(self)) {
      throw new IllegalArgumentException(self + " meets the other two, not " + peers.keySet());
    }
    Deadline deadline = Deadline.in(timeout);
    Map<ComputeParty, Connection> connections = new EnumMap<>(ComputeParty.class);
    try {
      for (Map.Entry<ComputeParty, PeerAddress> peer : new EnumMap<>(peers).entrySet()) {
        connections.put(
            peer.getKey(),
            self.compareTo(peer.getKey()) < 0
                ? dialer.connect(
                    peer.getValue(), new Opening(Opening.COMPUTE_SESSION, session), deadline.left())
                : arrival(new Expected(session, peer.getValue().name()), deadline));
      }
      return new TlsChannel(self, session, connections, limits);
    } catch (ConnectionException e) {
      connections.values().forEach(Connection::close);
      throw e;
    }
  }

  private synchronized Connection arrival(Expected expected, Deadline deadline)
      throws ConnectionException {
    while (!parked.containsKey(expected)) {
      if (deadline.isOver()) {
        throw new ConnectionException(
            Reason.TIMEOUT,
            expected.peerName() + " did not connect within " + deadline.patienceMillis() + " ms");
      }
      try {
        wait(deadline.leftMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConnectionException(Reason.STOPPED, "this party was stopped", e);
      }
    }
    return parked.remove(expected).connection();
  }

  /** Hangs up on everybody who waits. */
  @Override
  public synchronized void close() {
    parked.values().forEach(waiting -> waiting.connection().close());
    parked.clear();
  }
}
