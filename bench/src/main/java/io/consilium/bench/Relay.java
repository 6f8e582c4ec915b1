package io.consilium.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A link that is longer and narrower than the loopback interface: connections to its port are
 * passed on to another port of this machine, with a delay and a rate in each direction. It passes
 * ciphertext and can read nothing of it.
 *
 * <p>What it does not imitate: loss, jitter, and the slow start of TCP.
 */
final class Relay implements AutoCloseable {
  private static final int BACKLOG = 8;

  private final ServerSocket listening;
  private final int targetPort;
  private final Timeline timeline;
  private final WireClock forth;
  private final WireClock back;
  private final List<AutoCloseable> open = new ArrayList<>();
  private boolean closed;

  private Relay(ServerSocket listening, int targetPort, Wire wire, Timeline timeline) {
    this.listening = listening;
    this.targetPort = targetPort;
    this.timeline = timeline;
    this.forth = new WireClock(wire);
    this.back = new WireClock(wire);
  }

  /** Begins to listen on a free port of the loopback interface. */
  static Relay to(int targetPort, Wire wire, Timeline timeline) throws IOException {
    ServerSocket listening = new ServerSocket();
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    Relay relay = new Relay(listening, targetPort, wire, timeline);
    Thread _ = Thread.ofPlatform().daemon().name("relay-accept").start(relay::acceptAll);
    return relay;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** From now on the link is this one. */
  void change(Wire wire) {
    forth.change(wire);
    back.change(wire);
  }

  private void acceptAll() {
    while (!listening.isClosed()) {
      try {
        connect(listening.accept());
      } catch (IOException e) {
        // Closed, or the target is gone; the parties notice both by themselves.
      }
    }
  }

  private void connect(Socket near) throws IOException {
    Socket far = new Socket();
    keep(near);
    keep(far);
    try {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
    } catch (IOException e) {
      near.close();
      far.close();
      throw e;
    }
    new DelayLine(near, far, forth, timeline).start();
    new DelayLine(far, near, back, timeline).start();
  }

  private synchronized void keep(Socket socket) throws IOException {
    if (closed) {
      socket.close();
    }
    open.add(socket);
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.add(listening);
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        // A socket that cannot be closed is closed already.
      }
    }
  }
}
