package io.consilium.coordinator.cluster;

import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a typed actor from dying of a message that is not of its type. Any member of the cluster
 * can address any actor with anything that can be serialized; what is not known is dropped.
 */
public final class OnlyKnown<T> extends BehaviorInterceptor<Object, T> {

  private static final Logger LOG = LoggerFactory.getLogger(OnlyKnown.class);

  private final Function<Object, Optional<T>> reader;

  private OnlyKnown(Function<Object, Optional<T>> reader) {
    super(Object.class);
    this.reader = reader;
  }

  /**
   * Puts a behavior behind a reader.
   *
   * @param reader gives the behavior's message for what came in, or nothing to drop it
   */
  public static <T> Behavior<Object> of(
      Function<Object, Optional<T>> reader, Behavior<T> behavior) {
    return Behaviors.intercept(() -> new OnlyKnown<>(reader), behavior);
  }

  @Override
  public Behavior<T> aroundReceive(
      TypedActorContext<Object> context, Object message, ReceiveTarget<T> target) {
    Optional<T> known = reader.apply(message);
    if (known.isPresent()) {
      return target.apply(context, known.get());
    }
    LOG.warn("Dropped a message of an unknown type.");
    return Behaviors.same();
  }
}
