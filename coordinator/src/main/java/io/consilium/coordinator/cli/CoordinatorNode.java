package io.consilium.coordinator.cli;

import io.consilium.coordinator.api.ApiServer;
import io.consilium.coordinator.cluster.ClusterNode;
import io.consilium.coordinator.cluster.NodeStartException;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.CoordinatorConfig;
import io.consilium.coordinator.config.Membership;
import io.consilium.coordinator.identity.Identity;
import io.consilium.coordinator.identity.IdentityException;
import io.consilium.coordinator.jobs.CoordinatorActor;
import io.consilium.coordinator.jobs.CoordinatorDesk;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole coordinator: jobs, cluster node and interface. */
public final class CoordinatorNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorNode.class);
  private static final long READY_SECONDS_MAX = 120;
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ClusterNode cluster;
  private final ScheduledExecutorService files;

  private CoordinatorNode(ClusterNode cluster, Membership members) {
    this.cluster = cluster;
    this.files =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("files").factory());
    var _ =
        files.scheduleWithFixedDelay(
            members::refresh, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Starts it; on return it listens for parties and for researchers.
   *
   * @throws NodeStartException if an address is in use
   */
  public static CoordinatorNode start(CoordinatorConfig config, Consortium consortium)
      throws ConfigException, IdentityException, NodeStartException {
    Identity identity = Identity.load(config.identity());
    Membership members = Membership.open(config.consortium(), identity.principal());
    CoordinatorDesk desk =
        CoordinatorDesk.open(config, members, identity, Clock.systemUTC(), new SecureRandom());
    CompletableFuture<Void> ready = new CompletableFuture<>();
    ClusterNode cluster =
        ClusterNode.start(
            new ClusterNode.Settings(members, identity, config.bind(), false),
            () -> guardian(desk, config, consortium, identity, ready));
    try {
      ready.get(READY_SECONDS_MAX, TimeUnit.SECONDS);
      return new CoordinatorNode(cluster, members);
    } catch (ExecutionException e) {
      cluster.close();
      if (e.getCause() instanceof NodeStartException refused) {
        throw refused;
      }
      throw new IllegalStateException("the coordinator did not start", e);
    } catch (TimeoutException | InterruptedException e) {
      cluster.close();
      throw new NodeStartException(
          "The coordinator was not ready within " + READY_SECONDS_MAX + " s.", e);
    }
  }

  /** Completes when it has stopped. */
  public CompletableFuture<Void> whenStopped() {
    return cluster.whenStopped();
  }

  /** Leaves the cluster and ends; jobs are on disk. */
  @Override
  public void close() {
    files.shutdownNow();
    cluster.close();
  }

  private static Behavior<Void> guardian(
      CoordinatorDesk desk,
      CoordinatorConfig config,
      Consortium consortium,
      Identity identity,
      CompletableFuture<Void> ready) {
    return Behaviors.setup(context -> {
      ActorRef<CoordinatorActor.Command> actor = desk.spawn(context);
      context.watch(actor); // Without it the node is no coordinator: it ends and starts again.
      ActorSystem<Void> system = context.getSystem();
      Thread.ofPlatform()
          .daemon()
          .name("interface")
          .start(() -> {
            try {
              ApiServer.start(system, actor, consortium, identity, config.bind());
              ready.complete(null);
            } catch (NodeStartException e) {
              LOG.error("The interface for researchers: {}", e.getMessage());
              ready.completeExceptionally(e);
            }
          });
      return Behaviors.empty();
    });
  }
}
