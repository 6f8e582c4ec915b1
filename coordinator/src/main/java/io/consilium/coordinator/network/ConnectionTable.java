package io.consilium.coordinator.network;

import io.consilium.coordinator.identity.Principal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Predicate;

/**
 * The connections of one listening port, and which of them gives way when there are too many. An
 * honest handshake takes milliseconds, so of those that have not shown who they are the oldest is
 * stalled. Whoever is known competes with its own connections first: nobody can take the places of
 * others.
 *
 * <p>Threads: any number. Connections are closed outside the lock.
 */
public final class ConnectionTable {

  /** One connection. */
  public static final class Entry {
    private final Runnable abort;
    private boolean idle;

    private Entry(Runnable abort) {
      this.abort = abort;
    }
  }

  private final ConnectionLimits limits;
  private final SequencedSet<Entry> unauthenticated = new LinkedHashSet<>();
  private final Map<Principal, SequencedSet<Entry>> authenticated = new HashMap<>();
  private int authenticatedCount;

  /** An empty table. */
  public ConnectionTable(ConnectionLimits limits) {
    this.limits = limits;
  }

  /** The bounds of this table. */
  public ConnectionLimits limits() {
    return limits;
  }

  /**
   * A connection was accepted.
   *
   * @param abort closes it at once, without waiting for its other end
   */
  public Entry arrived(Runnable abort) {
    Entry entry = new Entry(abort);
    Optional<Entry> oldest = Optional.empty();
    synchronized (this) {
      if (unauthenticated.size() >= limits.unauthenticatedMax()) {
        oldest = Optional.of(unauthenticated.removeFirst());
      }
      unauthenticated.add(entry);
    }
    oldest.ifPresent(victim -> victim.abort.run());
    return entry;
  }

  /** The handshake ended; false if the connection has given way before. */
  public boolean authenticated(Entry entry, Principal principal) {
    Optional<Entry> victim;
    synchronized (this) {
      if (!unauthenticated.remove(entry)) {
        return false;
      }
      victim = victim(principal);
      victim.ifPresent(this::remove);
      authenticated.computeIfAbsent(principal, _ -> new LinkedHashSet<>()).add(entry);
      authenticatedCount++;
    }
    victim.ifPresent(old -> old.abort.run());
    return true;
  }

  private Optional<Entry> victim(Principal principal) {
    SequencedSet<Entry> own = authenticated.getOrDefault(principal, new LinkedHashSet<>());
    if (own.size() >= limits.perPrincipalMax()) {
      return oldest(own);
    }
    return authenticatedCount < limits.authenticatedMax()
        ? Optional.empty()
        : authenticated.values().stream()
            .max(Comparator.comparingInt(SequencedSet::size))
            .flatMap(ConnectionTable::oldest);
  }

  private static Optional<Entry> oldest(SequencedSet<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.idle)
        .findFirst()
        .or(() -> entries.stream().findFirst());
  }

  /** Whether nothing is under way on a connection. */
  public synchronized void idle(Entry entry, boolean now) {
    entry.idle = now;
  }

  /** The time for the handshake is over: closes the connection unless it is authenticated. */
  public void handshakeIsOver(Entry entry) {
    boolean late;
    synchronized (this) {
      late = unauthenticated.remove(entry);
    }
    if (late) {
      entry.abort.run();
    }
  }

  /** The connection is closed. */
  public synchronized void left(Entry entry) {
    if (!unauthenticated.remove(entry)) {
      remove(entry);
    }
  }

  private void remove(Entry entry) {
    for (SequencedSet<Entry> entries : authenticated.values()) {
      if (entries.remove(entry)) {
        authenticatedCount--;
      }
    }
    authenticated.values().removeIf(SequencedSet::isEmpty);
  }

  /** Whether something is under way on an authenticated connection. */
  public synchronized boolean isBusy() {
    return authenticated.values().stream()
        .flatMap(SequencedSet::stream)
        .anyMatch(entry -> !entry.idle);
  }

  /** Closes the connections of these principals. */
  public void closeThoseOf(Predicate<Principal> principals) {
    List<Entry> victims = new ArrayList<>();
    synchronized (this) {
      authenticated.forEach((principal, entries) -> {
        if (principals.test(principal)) {
          victims.addAll(entries);
        }
      });
      victims.forEach(this::remove);
    }
    victims.forEach(victim -> victim.abort.run());
  }

  /** Closes all connections. */
  public void closeAll() {
    List<Entry> waiting;
    synchronized (this) {
      waiting = List.copyOf(unauthenticated);
      unauthenticated.clear();
    }
    waiting.forEach(victim -> victim.abort.run());
    closeThoseOf(_ -> true);
  }
}
