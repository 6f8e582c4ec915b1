package io.consilium.coordinator.jobs;

import io.consilium.coordinator.cluster.ClusterNode;
import io.consilium.coordinator.config.ConfigException;
import io.consilium.coordinator.config.Consortium;
import io.consilium.coordinator.config.CoordinatorConfig;
import io.consilium.coordinator.identity.Identity;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/** The coordinator's jobs, read from disk once and kept across actor systems. */
public final class CoordinatorDesk {

  private final CoordinatorActor.Surroundings surroundings;

  private CoordinatorDesk(CoordinatorActor.Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Takes up the jobs of the state directory. */
  public static CoordinatorDesk open(
      CoordinatorConfig config,
      Supplier<Consortium> members,
      Identity identity,
      Clock clock,
      SecureRandom random)
      throws ConfigException {
    JobLimits limits = JobLimits.DEFAULT;
    JobStore store = new JobStore(config.state(), limits);
    JobBook book =
        new JobBook(
            Patience.standard(config.partyWaitMax()),
            new SigningClerk(identity, random),
            store.load(),
            store,
            limits,
            clock.instant());
    return new CoordinatorDesk(
        new CoordinatorActor.Surroundings(
            members,
            new FrontDesk(members, identity.trust()),
            book,
            store,
            clock,
            UUID.randomUUID().toString()));
  }

  /** Starts the actor where parties look for it, and tells it what happens to the cluster. */
  public ActorRef<CoordinatorActor.Command> spawn(ActorContext<?> context) {
    String name =
        ClusterNode.COORDINATOR_PATH.substring(ClusterNode.COORDINATOR_PATH.lastIndexOf('/') + 1);
    ActorRef<Object> actor =
        context.spawn(
            CoordinatorActor.create(surroundings),
            name,
            DispatcherSelector.fromConfig("consilium.blocking-io"));
    ActorRef<ClusterEvent.ClusterDomainEvent> events =
        context.spawn(
            Behaviors.receiveMessage(event -> {
              actor.tell(CoordinatorActor.read(event));
              return Behaviors.same();
            }),
            "cluster-events");
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(Subscribe.create(events, ClusterEvent.ClusterDomainEvent.class));
    return actor.narrow();
  }
}
