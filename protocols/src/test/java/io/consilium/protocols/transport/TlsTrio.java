package io.consilium.protocols.transport;

import io.consilium.protocols.ComputeParty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Three nodes on loopback with servers, certificates and channels of their own. */
public final class TlsTrio implements AutoCloseable {
  public static final SessionId SESSION = new SessionId(0x0123456789abcdefL, 42);
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a party does with its channel. */
  @FunctionalInterface
  public interface Program<T> {
    T run(Channel channel) throws Exception;
  }

  record Node(String name, TlsServer server, Rendezvous rendezvous) {}

  private final TransportLimits limits;
  private final Map<ComputeParty, Node> nodes = new EnumMap<>(ComputeParty.class);
  private final Map<ComputeParty, TlsChannel> channels = new EnumMap<>(ComputeParty.class);
  private final ExecutorService threads = Executors.newFixedThreadPool(3);

  public TlsTrio(TransportLimits limits) throws Exception {
    this.limits = limits;
    TestAuthority authority = new TestAuthority();
    for (ComputeParty party : ComputeParty.values()) {
      nodes.put(party, node(authority, "hospital-" + party.ordinal()));
    }
    channels.putAll(meet(SESSION));
  }

  private Node node(TestAuthority authority, String name) throws ConnectionException {
    var tls = authority.node(name);
    Rendezvous rendezvous =
        new Rendezvous(new TlsDialer(tls, TestAuthority::nameOf, limits), limits);
    TlsServer server =
        TlsServer.bind(
            "127.0.0.1", 0, tls, TestAuthority::nameOf, rendezvous, limits, refusal -> {});
    return new Node(name, server, rendezvous);
  }

  Map<ComputeParty, TlsChannel> meet(SessionId session) throws Exception {
    Map<ComputeParty, Future<TlsChannel>> coming = new EnumMap<>(ComputeParty.class);
    for (ComputeParty self : ComputeParty.values()) {
      Map<ComputeParty, PeerAddress> peers = new EnumMap<>(ComputeParty.class);
      nodes.forEach((party, node) -> peers.put(party, address(node)));
      peers.remove(self);
      coming.put(
          self,
          threads.submit(() -> nodes.get(self).rendezvous().await(session, self, peers, PATIENCE)));
    }
    Map<ComputeParty, TlsChannel> met = new EnumMap<>(ComputeParty.class);
    for (ComputeParty self : ComputeParty.values()) {
      met.put(self, coming.get(self).get());
    }
    return met;
  }

  private static PeerAddress address(Node node) {
    return new PeerAddress(node.name(), "127.0.0.1", node.server().address().getPort());
  }

  Node node(ComputeParty party) {
    return nodes.get(party);
  }

  public TlsChannel channel(ComputeParty party) {
    return channels.get(party);
  }

  /** Runs a program at all three parties and gives their results, or the first one's failure. */
  public <T> List<T> run(Program<T> program) throws Exception {
    return runOn(threads, channels, program);
  }

  static <T> List<T> runInMemory(Program<T> program) throws Exception {
    InMemoryNetwork network = new InMemoryNetwork();
    Map<ComputeParty, Channel> channels = new EnumMap<>(ComputeParty.class);
    for (ComputeParty party : ComputeParty.values()) {
      channels.put(party, network.channel(party));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      return runOn(threads, channels, program);
    }
  }

  private static <T> List<T> runOn(
      ExecutorService threads, Map<ComputeParty, ? extends Channel> channels, Program<T> program)
      throws Exception {
    List<Callable<T>> programs = new ArrayList<>();
    channels.values().forEach(channel -> programs.add(() -> program.run(channel)));
    List<T> results = new ArrayList<>();
    for (Future<T> future : threads.invokeAll(programs)) {
      results.add(get(future));
    }
    return results;
  }

  static <T> T get(Future<T> future) throws Exception {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Runs something of one party beside the test. */
  <T> Future<T> start(Callable<T> task) {
    return threads.submit(task);
  }

  /** A data holder's or client's connection to a server that hands it to a handler. */
  public static void withConnection(
      Dialogue dialling, ConnectionHandler accepting, Duration timeout) throws Exception {
    TestAuthority authority = new TestAuthority();
    TransportLimits limits = TransportLimits.DEFAULT;
    try (TlsServer server =
            TlsServer.bind(
                "127.0.0.1",
                0,
                authority.node("party"),
                TestAuthority::nameOf,
                accepting,
                limits,
                refusal -> {});
        Connection connection =
            new TlsDialer(authority.node("holder"), TestAuthority::nameOf, limits)
                .connect(
                    new PeerAddress("party", "127.0.0.1", server.address().getPort()),
                    new Opening(Opening.INPUT, SESSION),
                    timeout)) {
      dialling.run(connection);
    }
  }

  /** What the dialling side does. */
  @FunctionalInterface
  public interface Dialogue {
    void run(Connection connection) throws Exception;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    channels.values().forEach(TlsChannel::close);
    for (Node node : nodes.values()) {
      node.rendezvous().close();
      node.server().close();
    }
    threads.close();
  }
}
