package io.consilium.coordinator.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;

/**
 * Puts a bound on the end of an actor system. Pekko 1.7.0 waits without one for the streams of its
 * remoting, and a stream to a node that has just gone can stall for ever with our port still bound
 * (apache/pekko#3317). Stopping the actors that run the streams lets the rest go on.
 */
final class StalledStreams {

  private static final Duration GRACE = Duration.ofSeconds(4);
  private static final String STREAMS = "/system/Materializers/*";

  private StalledStreams() {}

  static void abortDuringShutdown(ActorSystem<?> system) {
    org.apache.pekko.actor.ActorSystem classic = Adapter.toClassic(system);
    Executor later = CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "abort-stalled-streams",
            () -> {
              later.execute(() ->
                  classic
                      .actorSelection(STREAMS)
                      .tell(PoisonPill.getInstance(), ActorRef.noSender()));
              return CompletableFuture.completedFuture(Done.getInstance());
            });
  }
}
