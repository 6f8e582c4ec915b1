package io.consilium.inference;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How many queries, and of what size, a party has in its hands at a time. */
final class Seats {
  private final ServingLimits limits;
  private final Map<String, Integer> ofClients = new HashMap<>();
  private int taken;
  private long elements;

  Seats(ServingLimits limits) {
    this.limits = limits;
  }

  /** Takes a seat, or says why there is none. */
  synchronized Optional<String> take(String client, int size) {
    if (taken >= limits.waitingMax() || elements + size > limits.waitingElementsMax()) {
      return Optional.of("too many questions wait already: ask again in a moment");
    }
    if (ofClients.getOrDefault(client, 0) >= limits.waitingPerClientMax()) {
      return Optional.of(
          client + " has " + limits.waitingPerClientMax() + " questions waiting already");
    }
    taken++;
    elements += size;
    ofClients.merge(client, 1, Integer::sum);
    return Optional.empty();
  }

  synchronized void leave(String client, int size) {
    taken--;
    elements -= size;
    ofClients.computeIfPresent(client, (_, seats) -> seats == 1 ? null : seats - 1);
  }
}
