package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/**
 * Accepts data-plane connections. Every connection has a virtual thread of its own, so a peer that
 * stalls or sends garbage holds up nobody; how many there are, and for how long before they have
 * shown who they are, is bounded.
 */
public final class TlsServer implements AutoCloseable {
  private static final Duration PAUSE_AFTER_FAILED_ACCEPT = Duration.ofMillis(50);
  private static final Duration STOP_MAX = Duration.ofSeconds(2);

  private final ServerSocketChannel listening;
  private final InetSocketAddress address;
  private final Reception reception;
  private final Consumer<String> refusals;
  private final Semaphore slots;
  private final PendingPeers pending;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  private TlsServer(
      ServerSocketChannel listening,
      Reception reception,
      TransportLimits limits,
      Consumer<String> refusals)
      throws IOException {
    this.listening = listening;
    this.address = (InetSocketAddress) listening.getLocalAddress();
    this.reception = reception;
    this.refusals = refusals;
    this.slots = new Semaphore(limits.connectionsMax());
    this.pending = new PendingPeers(limits.handshakesMax());
  }

  /**
   * Listens on an address and serves until it is closed.
   *
   * @param host a name or address of this machine
   * @param port 0 for any free one
   * @param tls the node's certificate and whom it trusts
   * @param peerName names the peer of a session, or throws an exception with a sentence if it is
   *     not to be trusted
   * @param refusals is told, in a sentence, of every connection that is not accepted
   * @throws ConnectionException if the address is taken or is not of this machine
   */
  public static TlsServer bind(
      String host,
      int port,
      SSLContext tls,
      Function<SSLSession, String> peerName,
      ConnectionHandler handler,
      TransportLimits limits,
      Consumer<String> refusals)
      throws ConnectionException {
    InetSocketAddress wanted = new InetSocketAddress(host, port);
    if (wanted.isUnresolved()) {
      throw new ConnectionException(
          Reason.BAD_ADDRESS, "cannot listen on " + host + ": there is no such host");
    }
    try {
      ServerSocketChannel listening = ServerSocketChannel.open();
      TlsServer server = open(listening, wanted, tls, peerName, handler, limits, refusals);
      Thread _ = Thread.ofVirtual().name("data-plane-accept").start(server::acceptAll);
      return server;
    } catch (BindException e) {
      throw cannotBind(host + ":" + port, e);
    } catch (IOException e) {
      throw new ConnectionException(
          Reason.BAD_ADDRESS, "cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  private static TlsServer open(
      ServerSocketChannel listening,
      InetSocketAddress wanted,
      SSLContext tls,
      Function<SSLSession, String> peerName,
      ConnectionHandler handler,
      TransportLimits limits,
      Consumer<String> refusals)
      throws IOException {
    try {
      listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listening.bind(wanted, limits.handshakesMax());
      Reception reception = new Reception(tls, peerName, handler, limits);
      return new TlsServer(listening, reception, limits, refusals);
    } catch (IOException e) {
      listening.close();
      throw e;
    }
  }

  private static ConnectionException cannotBind(String where, BindException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("in use")
        ? new ConnectionException(
            Reason.ADDRESS_IN_USE,
            "cannot listen on " + where + ": another process uses this port",
            e)
        : new ConnectionException(
            Reason.BAD_ADDRESS, "cannot listen on " + where + ": " + message, e);
  }

  /** Where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return address;
  }

  private void acceptAll() {
    while (listening.isOpen()) {
      try {
        admit(listening.accept());
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        refusals.accept("a connection could not be accepted: " + e.getMessage());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILED_ACCEPT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void admit(SocketChannel socket) {
    Thread thread = Thread.ofVirtual().name("data-plane-connection").unstarted(() -> serve(socket));
    threads.add(thread);
    pending.add(thread);
    thread.start();
  }

  private void serve(SocketChannel socket) {
    try {
      reception.receive(socket, this::promote);
    } catch (ConnectionException e) {
      if (listening.isOpen()) {
        refusals.accept(e.getMessage());
      }
    } finally {
      boolean _ = pending.remove(Thread.currentThread());
      threads.remove(Thread.currentThread());
    }
  }

  /** Makes an authenticated connection count as one, until it is closed. */
  private Runnable promote(String peer) throws ConnectionException {
    if (!pending.remove(Thread.currentThread())) {
      throw new ConnectionException(Reason.STOPPED, peer + " gave way to newer connections");
    }
    if (!slots.tryAcquire()) {
      throw new ConnectionException(
          Reason.REJECTED, peer + " was sent away: there are too many connections");
    }
    return slots::release;
  }

  /** Stops listening, interrupts the handlers and waits for them for a moment. */
  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      refusals.accept("the listening socket could not be closed: " + e.getMessage());
    }
    threads.forEach(Thread::interrupt);
    Deadline deadline = Deadline.in(STOP_MAX);
    try {
      for (Thread thread : threads) {
        boolean _ = thread.join(deadline.left());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
