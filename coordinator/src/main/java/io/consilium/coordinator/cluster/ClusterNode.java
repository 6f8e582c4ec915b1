package io.consilium.coordinator.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.Consortium.PartyNode;
import io.consilium.coordinator.config.Endpoint;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.Principal;
import io.consilium.coordinator.identity.Role;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's place in the cluster.
 *
 * <p>A node that the others gave up (a partition, a machine that slept) cannot return under its old
 * identity. Its actor system ends and, unless {@code exitJvm} is set, a new one with a new guardian
 * takes its place, for as long as the process lives; nothing outside the actors is disturbed.
 */
public final class ClusterNode implements AutoCloseable {

  /** The name of every node's actor system. */
  public static final String SYSTEM = "consilium";

  /** Where parties find the coordinator's front door. */
  public static final String COORDINATOR_PATH = "/user/coordinator";

  private static final Logger LOG = LoggerFactory.getLogger(ClusterNode.class);
  private static final Duration STOP_MAX = Duration.ofSeconds(20);
  private static final Duration REJOIN_PAUSE = Duration.ofSeconds(2);

  /**
   * What a node needs.
   *
   * @param members who takes part, as it is now
   * @param bind host to listen on if it is not the one in the consortium file
   * @param exitJvm whether the process ends when the others gave this node up
   */
  public record Settings(
      Supplier<Consortium> members, Identity identity, Optional<String> bind, boolean exitJvm) {

    /** A consortium that stays as it is. */
    public Settings(
        Consortium consortium, Identity identity, Optional<String> bind, boolean exitJvm) {
      this(() -> consortium, identity, bind, exitJvm);
    }

    /** Who takes part now. */
    public Consortium consortium() {
      return members.get();
    }
  }

  private final Settings settings;
  private final Supplier<Behavior<Void>> guardian;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private final AtomicInteger innerPort = new AtomicInteger();
  private final ControlGate gate;

  private ActorSystem<Void> system;
  private boolean stopping;

  private ClusterNode(Settings settings, Supplier<Behavior<Void>> guardian)
      throws NodeStartException {
    this.settings = settings;
    this.guardian = guardian;
    Endpoint own = own();
    this.gate =
        ControlGate.open(
            settings.bind().orElse(own.host()),
            own,
            settings.identity(),
            settings.members(),
            innerPort::get);
  }

  /**
   * Starts the node and begins to join the cluster.
   *
   * @param guardian makes the root of this node's actors, at every (re)start of the actor system
   * @throws NodeStartException if the address of the consortium file cannot be listened on, or this
   *     identity is none of its nodes
   */
  public static ClusterNode start(Settings settings, Supplier<Behavior<Void>> guardian)
      throws NodeStartException {
    ClusterNode node = new ClusterNode(settings, guardian);
    try {
      node.open();
      return node;
    } catch (NodeStartException | RuntimeException e) {
      node.gate.close();
      throw e;
    }
  }

  /** The current actor system; another one after the node was given up and came back. */
  public synchronized ActorSystem<Void> system() {
    return system;
  }

  /** Completes when the node has stopped for good. */
  public CompletableFuture<Void> whenStopped() {
    return stopped.copy();
  }

  /** Leaves the cluster and ends the actor system; returns when that is done. */
  @Override
  public void close() {
    ActorSystem<Void> last;
    synchronized (this) {
      stopping = true;
      last = system;
    }
    try {
      CoordinatedShutdown.get(last)
          .runAll(CoordinatedShutdown.actorSystemTerminateReason())
          .toCompletableFuture()
          .get(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The cluster node did not stop in order within {} s.", STOP_MAX.toSeconds());
    } finally {
      gate.close();
      stopped.complete(null);
    }
  }

  private Endpoint own() throws NodeStartException {
    Optional<Endpoint> own = settings.consortium().control(settings.identity().principal());
    if (own.isEmpty()) {
      throw notANode(settings.identity().principal());
    }
    return own.get();
  }

  private synchronized void open() throws NodeStartException {
    Endpoint own = own();
    innerPort.set(freePort());
    ActorSystemSetup setup =
        ActorSystemSetup.create(
            BootstrapSetup.create(config(settings, own, innerPort.get())),
            SSLEngineProviderSetup.create(
                actors -> new ControlTls(settings.identity(), settings.members())));
    ActorSystem<Void> opened;
    try {
      opened = ActorSystem.create(guardian.get(), SYSTEM, setup);
    } catch (RuntimeException e) {
      throw explained(own, e);
    }
    system = opened;
    StalledStreams.abortDuringShutdown(opened);
    opened.getWhenTerminated().whenComplete((done, failure) -> onTerminated());
  }

  private void onTerminated() {
    synchronized (this) {
      if (stopping) {
        return;
      }
    }
    if (settings.exitJvm()) {
      stopped.complete(null);
      return;
    }
    LOG.warn("The cluster node ended, probably given up by the others; it starts again.");
    Thread.ofPlatform().daemon().name("rejoin").start(this::reopen);
  }

  private void reopen() {
    while (true) {
      try {
        Thread.sleep(REJOIN_PAUSE);
        synchronized (this) {
          if (!stopping) {
            open();
          }
          return;
        }
      } catch (NodeStartException e) {
        LOG.warn("Rejoining failed, trying again: {}", e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** A port of the loopback interface that nobody uses at the moment. */
  private static int freePort() throws NodeStartException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new NodeStartException("No port of the loopback interface is free.", e);
    }
  }

  private NodeStartException notANode(Principal self) {
    String known =
        String.join(
            ", ",
            Stream.concat(
                    Stream.of(
                        Principal.coordinator(settings.consortium().coordinator().name())
                            .toString()),
                    settings.consortium().partyNames().stream()
                        .map(name -> Principal.party(name).toString()))
                .toList());
    return new NodeStartException(
        "The certificate is " + self + "'s, but the consortium file names only: " + known + ".",
        null);
  }

  private static NodeStartException explained(Endpoint own, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage());
      if (cause instanceof TimeoutException || said.contains("Initialization of extension")) {
        return new NodeStartException(
            "The machine is too busy: the cluster could not begin to listen on "
                + own
                + " in time. Start the node again when there is less to do.",
            failure);
      }
      if (cause instanceof BindException
          || cause instanceof UnresolvedAddressException
          || said.contains("Failed to bind")
          || said.contains("Bind failed")) {
        return NodeStartException.portInUse("the cluster", own.toString(), failure);
      }
    }
    throw failure;
  }

  private static Config config(Settings settings, Endpoint own, int innerPort) {
    Consortium consortium = settings.consortium();
    Principal self = settings.identity().principal();
    Map<String, Object> addressed =
        Map.of(
            "pekko.remote.artery.canonical.hostname", own.host(),
            "pekko.remote.artery.canonical.port", own.port(),
            "pekko.remote.artery.bind.hostname", InetAddress.getLoopbackAddress().getHostAddress(),
            "pekko.remote.artery.bind.port", innerPort,
            "pekko.cluster.roles", List.of(self.role().label()),
            "pekko.cluster.seed-nodes", seeds(consortium, self),
            "pekko.coordinated-shutdown.exit-jvm", settings.exitJvm() ? "on" : "off");
    return ConfigFactory.parseMap(addressed)
        .withFallback(ConfigFactory.parseResources("consilium-cluster.conf"))
        .withFallback(ConfigFactory.defaultReferenceUnresolved())
        .resolve();
  }

  /**
   * Parties join through the coordinator only, so that after a partition everybody ends up in its
   * cluster again. A coordinator that was restarted first asks the parties, which may still have a
   * cluster, and founds one if none answers.
   */
  private static List<String> seeds(Consortium consortium, Principal self) {
    Stream<Endpoint> coordinator = Stream.of(consortium.coordinator().control());
    Stream<Endpoint> seeds =
        self.role() == Role.COORDINATOR
            ? Stream.concat(coordinator, consortium.parties().stream().map(PartyNode::control))
            : coordinator;
    return seeds.map(endpoint -> "pekko://" + SYSTEM + "@" + endpoint).toList();
  }
}
