package io.consilium.inference;

import io.consilium.inference.Refusal.Code;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The open lines of clients at one party. */
final class Lines implements AutoCloseable {
  private final ServingLimits.Lines limits;
  private final Map<String, Integer> ofClients = new HashMap<>();
  private final Set<ClientLine> open = new HashSet<>();
  private boolean closed;

  Lines(ServingLimits.Lines limits) {
    this.limits = limits;
  }

  /** Counts a line, or says why there may be no further one. */
  synchronized Optional<Refusal> add(String client, ClientLine line) {
    if (closed) {
      return Optional.of(new Refusal(Code.UNAVAILABLE, "this hospital stops"));
    }
    if (open.size() >= limits.max()) {
      return Optional.of(
          new Refusal(Code.BUSY, "too many clients are connected: ask again in a moment"));
    }
    if (ofClients.getOrDefault(client, 0) >= limits.perClientMax()) {
      return Optional.of(
          new Refusal(
              Code.BUSY, client + " has " + limits.perClientMax() + " connections already"));
    }
    open.add(line);
    ofClients.merge(client, 1, Integer::sum);
    return Optional.empty();
  }

  synchronized void remove(String client, ClientLine line) {
    open.remove(line);
    ofClients.computeIfPresent(client, (_, lines) -> lines == 1 ? null : lines - 1);
  }

  synchronized int size() {
    return open.size();
  }

  /** Ends all of them. */
  @Override
  public void close() {
    List<ClientLine> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open);
    }
    all.forEach(ClientLine::close);
  }
}
