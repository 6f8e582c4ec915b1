package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import io.consilium.protocols.transport.wire.OpeningReply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/** Connects to the {@link TlsServer} of a peer, and waits for one that is not up yet. */
public final class TlsDialer {
  private static final long PAUSE_MILLIS_MIN = 50;
  private static final long PAUSE_MILLIS_MAX = 1_000;

  private final SSLContext tls;
  private final Function<SSLSession, String> peerName;
  private final TransportLimits limits;

  /**
   * A dialer.
   *
   * @param tls the node's certificate and whom it trusts
   * @param peerName as in {@link TlsServer#bind}
   */
  public TlsDialer(SSLContext tls, Function<SSLSession, String> peerName, TransportLimits limits) {
    this.tls = tls;
    this.peerName = peerName;
    this.limits = limits;
  }

  /**
   * Connects, and returns when the peer has proved its name and accepted the opening. A peer that
   * cannot be reached is tried again until the time is over; one that refuses is not.
   *
   * @throws ConnectionException saying what stood in the way the last time
   */
  public Connection connect(PeerAddress peer, Opening opening, Duration timeout)
      throws ConnectionException {
    return connect(peer, opening, timeout, Reason::mayPass);
  }

  /**
   * The same for whoever does not wait for a peer that is not up: where nobody listens it fails at
   * once.
   */
  public Connection connectIfUp(PeerAddress peer, Opening opening, Duration timeout)
      throws ConnectionException {
    return connect(peer, opening, timeout, reason -> reason != Reason.REFUSED && reason.mayPass());
  }

  private Connection connect(
      PeerAddress peer, Opening opening, Duration timeout, Predicate<Reason> again)
      throws ConnectionException {
    Deadline deadline = Deadline.in(timeout);
    long pauseMillis = PAUSE_MILLIS_MIN;
    while (true) {
      try {
        return attempt(peer, opening, deadline);
      } catch (ConnectionException e) {
        if (!again.test(e.reason())) {
          throw e;
        }
        pause(Math.min(pauseMillis, deadline.leftMillis()));
        pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
        if (deadline.isOver()) {
          throw new ConnectionException(
              e.reason(),
              "no connection to "
                  + peer
                  + " within "
                  + timeout.toMillis()
                  + " ms: "
                  + e.getMessage(),
              e);
        }
      }
    }
  }

  private static void pause(long millis) throws ConnectionException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionException(Reason.STOPPED, "this party was stopped", e);
    }
  }

  private Connection attempt(PeerAddress peer, Opening opening, Deadline overall)
      throws ConnectionException {
    long millis = Math.min(overall.leftMillis(), limits.handshake().toMillis());
    Deadline deadline = Deadline.in(Duration.ofMillis(millis));
    TlsLink link = link(peer, socket(peer, Math.toIntExact(millis)));
    Optional<LinkLoop> loop = Optional.empty();
    try {
      loop = Optional.of(new LinkLoop(List.of(link)));
      return introduce(peer, opening, link, loop.get(), deadline);
    } catch (ConnectionException e) {
      boolean _ = e.reason() == Reason.UNTRUSTED && link.sendAlert();
      link.close();
      loop.ifPresent(LinkLoop::close);
      throw e;
    }
  }

  private Connection introduce(
      PeerAddress peer, Opening opening, TlsLink link, LinkLoop loop, Deadline deadline)
      throws ConnectionException {
    loop.handshake(link, deadline);
    checkName(peer, link);
    Connection connection = new Connection(link, loop, peer.name(), limits);
    connection.sendMessage(opening.frame());
    OpeningReply reply =
        connection.receiveMessage(OpeningReply.parser(), limits.openingBytesMax(), deadline);
    if (reply.hasRefusal()) {
      throw new ConnectionException(
          Reason.REJECTED, peer + " refused the connection: " + reply.getRefusal());
    }
    return connection;
  }

  private void checkName(PeerAddress peer, TlsLink link) throws ConnectionException {
    String name = PeerNames.of(link.session(), peer.toString(), peerName);
    if (!name.equals(peer.name())) {
      throw new ConnectionException(
          Reason.WRONG_PEER,
          "at " + peer.host() + ":" + peer.port() + " there is " + name + ", not " + peer.name());
    }
  }

  private static SocketChannel socket(PeerAddress peer, int millis) throws ConnectionException {
    InetSocketAddress address = new InetSocketAddress(peer.host(), peer.port());
    if (address.isUnresolved()) {
      throw new ConnectionException(
          Reason.BAD_ADDRESS, "the host of " + peer + " has no address: check its spelling");
    }
    try {
      SocketChannel socket = SocketChannel.open();
      try {
        socket.socket().connect(address, millis);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (ConnectException e) {
      throw new ConnectionException(Reason.REFUSED, "nobody listens at " + peer, e);
    } catch (SocketTimeoutException e) {
      throw new ConnectionException(Reason.TIMEOUT, peer + " does not answer", e);
    } catch (ClosedByInterruptException e) {
      throw new ConnectionException(Reason.STOPPED, "this party was stopped", e);
    } catch (IOException e) {
      throw new ConnectionException(Reason.LOST, peer + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private TlsLink link(PeerAddress peer, SocketChannel socket) throws ConnectionException {
    try {
      socket.configureBlocking(false);
      SocketSettings.set(socket);
      return new TlsLink(peer.toString(), socket, TlsEngines.dialling(tls), limits.inboxBytesMax());
    } catch (IOException e) {
      throw new ConnectionException(Reason.LOST, peer + " was gone at once", e);
    }
  }
}
