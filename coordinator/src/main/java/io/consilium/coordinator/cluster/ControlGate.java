package io.consilium.coordinator.cluster;

import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.TlsFailure;
import io.consilium.coordinator.identity.UntrustedException;
import io.consilium.coordinator.network.ConnectionLimits;
import io.consilium.coordinator.network.ConnectionTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's public port of the cluster. Pekko's remoting accepts any number of connections and
 * waits for their handshakes for ever, and has no hook for either. So it listens on the loopback
 * interface only, and this gate in front of it ends the TLS of the outside: with a deadline for the
 * handshake, a bound on connections that have not shown who they are, and one for each member. To
 * the inside it opens TLS anew, under this node's own certificate, which is the only one that is
 * accepted there: other programs of the machine get no further than they would outside.
 *
 * <p>Threads: two virtual ones for each connection.
 */
final class ControlGate implements AutoCloseable {

  /** A member opens three streams at a time; more are left of connections that broke. */
  static final ConnectionLimits LIMITS = new ConnectionLimits(Duration.ofSeconds(5), 64, 12, 512);

  private static final Logger LOG = LoggerFactory.getLogger(ControlGate.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int BACKLOG = 128;
  private static final int BUFFER_BYTES = 16 << 10;
  private static final long PAUSE_MILLIS = 50;

  private final ServerSocket listening;
  private final Identity identity;
  private final Supplier<Consortium> members;
  private final IntSupplier innerPort;
  private final SSLContext outside;
  private final SSLContext inside;
  private final ConnectionTable table = new ConnectionTable(LIMITS);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("control-timer").factory());

  private ControlGate(
      ServerSocket listening,
      Identity identity,
      Supplier<Consortium> members,
      IntSupplier innerPort) {
    this.listening = listening;
    this.identity = identity;
    this.members = members;
    this.innerPort = innerPort;
    this.outside = identity.sslContext(peer -> members.get().isNode(peer));
    this.inside = identity.sslContext(identity.principal()::equals);
  }

  /**
   * Listens.
   *
   * @param host of this machine
   * @param address as the consortium file has it
   * @param innerPort where the remoting listens on the loopback interface at the time
   */
  static ControlGate open(
      String host,
      Endpoint address,
      Identity identity,
      Supplier<Consortium> members,
      IntSupplier innerPort)
      throws NodeStartException {
    try {
      ServerSocket listening = new ServerSocket();
      try {
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(host, address.port()), BACKLOG);
      } catch (IOException e) {
        listening.close();
        throw e;
      }
      ControlGate gate = new ControlGate(listening, identity, members, innerPort);
      Thread.ofPlatform().daemon().name("control-gate").start(gate::acceptAll);
      var _ =
          gate.timer.scheduleWithFixedDelay(
              gate::closeStrangers, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
      return gate;
    } catch (IOException e) {
      throw NodeStartException.portInUse("the cluster", address.toString(), e);
    }
  }

  /** Members may have been removed from the consortium file. */
  private void closeStrangers() {
    table.closeThoseOf(principal -> !members.get().isNode(principal));
  }

  private void acceptAll() {
    while (!listening.isClosed()) {
      try {
        admit(listening.accept());
      } catch (IOException e) {
        if (!listening.isClosed()) {
          LOG.warn("A connection could not be accepted: {}", e.getMessage());
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void admit(Socket socket) {
    // The plain socket: closing a TLS socket waits for whoever is writing on it.
    ConnectionTable.Entry entry = table.arrived(() -> closeNow(socket));
    var _ =
        timer.schedule(
            () -> table.handshakeIsOver(entry),
            LIMITS.handshake().toMillis(),
            TimeUnit.MILLISECONDS);
    Thread.ofVirtual().name("control-connection").start(() -> serve(socket, entry));
  }

  private void serve(Socket socket, ConnectionTable.Entry entry) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      SSLSocket peer = (SSLSocket) wrap(outside, socket);
      peer.setUseClientMode(false);
      peer.setNeedClientAuth(true);
      peer.startHandshake();
      Principal member = identity.trust().peer(peer.getSession());
      if (members.get().isNode(member) && table.authenticated(entry, member)) {
        relay(socket, peer);
      }
    } catch (UntrustedException e) {
      LOG.warn("A connection to the cluster was refused: {}", e.getMessage());
    } catch (IOException e) {
      TlsFailure.sentence(e)
          .ifPresent(why -> LOG.warn("A connection to the cluster was refused: {}", why));
    } finally {
      table.left(entry);
    }
  }

  private void relay(Socket outer, SSLSocket peer) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (Socket inner = new Socket(loopback, innerPort.getAsInt())) {
      inner.setTcpNoDelay(true);
      SSLSocket remoting = (SSLSocket) wrap(inside, inner);
      remoting.setUseClientMode(true);
      inner.setSoTimeout(Math.toIntExact(LIMITS.handshake().toMillis()));
      remoting.startHandshake();
      inner.setSoTimeout(0);
      Thread answers =
          Thread.ofVirtual()
              .name("control-answers")
              .start(() -> {
                copy(remoting, peer);
                closeNow(outer);
                closeNow(inner);
              });
      copy(peer, remoting);
      closeNow(outer);
      closeNow(inner);
      answers.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Socket wrap(SSLContext context, Socket socket) throws IOException {
    return context
        .getSocketFactory()
        .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
  }

  /** Copies until one of the two ends; a node that went away is no news here. */
  private static void copy(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      LOG.debug("A connection of the cluster ended: {}", e.getMessage());
    }
  }

  private static void closeNow(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("A connection could not be closed: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      listening.close();
    } catch (IOException e) {
      LOG.warn("The control port could not be closed: {}", e.getMessage());
    }
    table.closeAll();
  }
}
