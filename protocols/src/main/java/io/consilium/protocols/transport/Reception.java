package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import io.consilium.protocols.transport.wire.OpeningFrame;
import io.consilium.protocols.transport.wire.OpeningReply;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/** The accepting side of one connection, from the socket to the handler. */
final class Reception {
  /** Counts an authenticated connection; the result is run when it is closed. */
  @FunctionalInterface
  interface Admission {
    Runnable admit(String peer) throws ConnectionException;
  }

  /** How long and how much a refused peer is heard out, so that it gets to know why. */
  private static final Duration DISCARD_MAX = Duration.ofMillis(500);

  private final SSLContext tls;
  private final Function<SSLSession, String> peerName;
  private final ConnectionHandler handler;
  private final TransportLimits limits;

  Reception(
      SSLContext tls,
      Function<SSLSession, String> peerName,
      ConnectionHandler handler,
      TransportLimits limits) {
    this.tls = tls;
    this.peerName = peerName;
    this.handler = handler;
    this.limits = limits;
  }

  /** Serves a connection until its handler returns. */
  void receive(SocketChannel socket, Admission admission) throws ConnectionException {
    String address = "the peer at " + remoteAddress(socket);
    Deadline deadline = Deadline.in(limits.handshake());
    TlsLink link = link(socket, address);
    LinkLoop loop;
    try {
      loop = new LinkLoop(List.of(link));
    } catch (ConnectionException e) {
      link.close();
      throw e;
    }
    handshake(link, loop, deadline);
    open(new Connection(link, loop, address, limits), link, deadline, admission);
  }

  private TlsLink link(SocketChannel socket, String address) throws ConnectionException {
    try {
      socket.configureBlocking(false);
      SocketSettings.set(socket);
      return new TlsLink(address, socket, TlsEngines.accepting(tls), limits.inboxBytesMax());
    } catch (IOException e) {
      closeQuietly(socket);
      throw new ConnectionException(Reason.LOST, address + " was gone at once", e);
    }
  }

  private static void handshake(TlsLink link, LinkLoop loop, Deadline deadline)
      throws ConnectionException {
    try {
      loop.handshake(link, deadline);
    } catch (ConnectionException e) {
      if (e.reason() != Reason.STOPPED && link.sendAlert()) {
        loop.discard(link, Deadline.in(DISCARD_MAX));
      }
      link.close();
      loop.close();
      throw e;
    }
  }

  private void open(Connection unnamed, TlsLink link, Deadline deadline, Admission admission)
      throws ConnectionException {
    Connection connection = unnamed;
    Opening opening;
    try {
      String name = PeerNames.of(link.session(), unnamed.peerName(), peerName);
      connection = unnamed.named(name);
      opening = opening(connection, deadline);
      handler.check(name, opening);
      link.whenClosed(admission.admit(name));
    } catch (ConnectionException e) {
      refuse(connection, e);
      throw e;
    }
    serve(connection, opening);
  }

  private void serve(Connection connection, Opening opening) throws ConnectionException {
    boolean handedOver = false;
    try {
      connection.sendMessage(OpeningReply.getDefaultInstance());
      connection.flush();
      handler.accept(connection, connection.peerName(), opening);
      handedOver = true;
    } finally {
      if (!handedOver) {
        connection.close();
      }
    }
  }

  private Opening opening(Connection connection, Deadline deadline) throws ConnectionException {
    OpeningFrame frame =
        connection.receiveMessage(OpeningFrame.parser(), limits.openingBytesMax(), deadline);
    if (frame.getVersion() != Opening.VERSION) {
      throw new ConnectionException(
          Reason.REJECTED,
          connection.peerName()
              + " speaks version "
              + frame.getVersion()
              + " of the data plane, this node version "
              + Opening.VERSION);
    }
    if (frame.getSession().size() != SessionId.BYTES) {
      throw new ConnectionException(
          Reason.VIOLATION, connection.peerName() + " gave a session id of a wrong length");
    }
    return Opening.of(frame);
  }

  private static void refuse(Connection connection, ConnectionException e) {
    try {
      if (e.reason().isAnswered()) {
        connection.sendMessage(OpeningReply.newBuilder().setRefusal(e.getMessage()).build());
      }
    } catch (ConnectionException lost) {
      e.addSuppressed(lost);
    } finally {
      connection.close();
    }
  }

  private static String remoteAddress(SocketChannel socket) {
    try {
      return String.valueOf(socket.getRemoteAddress());
    } catch (IOException e) {
      return "an unknown address";
    }
  }

  private static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // It was of no use before.
    }
  }
}
