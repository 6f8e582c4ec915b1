package io.consilium.protocols.transport;

import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The connections that have not shown who they are. When there are too many, the oldest is
 * interrupted: an honest handshake takes milliseconds, a stalled one stands at the front.
 */
final class PendingPeers {
  private final int max;
  private final SequencedSet<Thread> threads = new LinkedHashSet<>();

  PendingPeers(int max) {
    this.max = max;
  }

  synchronized void add(Thread thread) {
    if (threads.size() >= max) {
      threads.removeFirst().interrupt();
    }
    threads.add(thread);
  }

  /** Says whether it was still there; if so it will not be interrupted any more. */
  synchronized boolean remove(Thread thread) {
    return threads.remove(thread);
  }
}
