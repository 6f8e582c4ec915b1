package io.consilium.protocols.transport;

import io.consilium.protocols.transport.ConnectionException.Reason;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for links. Whatever it waits for, it writes what has to be written and reads what arrives
 * on every link, so parties that send to each other at the same time cannot block each other.
 *
 * <p>It first yields the processor a few times, since an answer is often microseconds away, and
 * then sleeps until a socket is ready. It never spins: three parties on two cores would starve each
 * other.
 */
final class LinkLoop implements AutoCloseable {
  private static final int YIELDS_MAX = 20;

  private record Entry(TlsLink link, SelectionKey key) {}

  private final Selector selector;
  private final List<Entry> entries = new ArrayList<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private int yields;

  LinkLoop(List<TlsLink> links) throws ConnectionException {
    try {
      selector = Selector.open();
      for (TlsLink link : links) {
        entries.add(new Entry(link, link.socket().register(selector, 0)));
      }
    } catch (IOException e) {
      throw new ConnectionException(Reason.LOST, "this process cannot open more files", e);
    }
  }

  /** Finishes the handshake of a link. */
  void handshake(TlsLink link, Deadline deadline) throws ConnectionException {
    yields = 0;
    while (link.isHandshaking() || link.hasOutput()) {
      boolean moved = link.write();
      moved |= link.read();
      if (link.isEnded()) {
        throw ended(link);
      }
      pauseUnless(moved, link, deadline);
    }
  }

  /** Waits until so many bytes of a link can be taken. */
  void awaitInput(TlsLink link, long bytes, Deadline deadline) throws ConnectionException {
    if (link.hasInput(bytes)) {
      return;
    }
    yields = 0;
    long seen = -1;
    while (true) {
      boolean moved = link.read();
      if (link.hasInput(bytes)) {
        return;
      }
      if (link.isEnded()) {
        throw ended(link);
      }
      if (link.inbox().available() != seen) {
        seen = link.inbox().available();
        deadline.progressed();
      }
      moved |= writeAll();
      pauseUnless(moved, link, deadline);
    }
  }

  /**
   * Waits until so many bytes of a link can be taken, the time is over or somebody wakes this
   * thread; says whether the bytes are there.
   */
  boolean awaitInputOrWakeUp(TlsLink link, long bytes, Deadline deadline)
      throws ConnectionException {
    while (true) {
      boolean moved = writeAll();
      moved |= link.read();
      if (link.hasInput(bytes)) {
        return true;
      }
      if (link.isEnded()) {
        throw ended(link);
      }
      if (woken.getAndSet(false) || deadline.isOver()) {
        return false;
      }
      if (!moved) {
        select(deadline);
      }
    }
  }

  /** May be called by any thread. */
  void wakeUp() {
    woken.set(true);
    selector.wakeup();
  }

  /** Waits until so many bytes can be put. */
  void awaitRoom(TlsLink link, int bytes, Deadline deadline) throws ConnectionException {
    if (link.room() < bytes) {
      awaitOutput(link, bytes, deadline);
    }
  }

  /** Waits until all that was put is in the hands of the operating system. */
  void awaitFlushed(TlsLink link, Deadline deadline) throws ConnectionException {
    if (link.hasOutput()) {
      awaitOutput(link, Integer.MAX_VALUE, deadline);
    }
  }

  private void awaitOutput(TlsLink link, int bytes, Deadline deadline) throws ConnectionException {
    yields = 0;
    deadline.progressed();
    while (true) {
      boolean moved = link.write();
      if (link.room() >= bytes || !link.hasOutput()) {
        return;
      }
      if (link.isEnded()) {
        throw ended(link);
      }
      if (moved) {
        deadline.progressed();
      }
      moved |= readAll();
      pauseUnless(moved, link, deadline);
    }
  }

  /** Hears a peer out before its socket is closed. */
  void discard(TlsLink link, Deadline deadline) {
    try {
      for (Entry entry : entries) {
        entry.key.interestOps(SelectionKey.OP_READ);
      }
      while (link.discard() && !deadline.isOver() && !Thread.currentThread().isInterrupted()) {
        selector.select(deadline.leftMillis());
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      link.close();
    }
  }

  private boolean writeAll() throws ConnectionException {
    boolean moved = false;
    for (Entry entry : entries) {
      moved |= entry.link.hasOutput() && entry.link.write();
    }
    return moved;
  }

  private boolean readAll() throws ConnectionException {
    boolean moved = false;
    for (Entry entry : entries) {
      moved |= entry.link.wantsInput() && entry.link.read();
    }
    return moved;
  }

  @SuppressWarnings("ThreadPriorityCheck") // A bounded number of times, then it sleeps.
  private void pauseUnless(boolean moved, TlsLink awaited, Deadline deadline)
      throws ConnectionException {
    if (moved) {
      yields = 0;
    } else if (yields < YIELDS_MAX) {
      yields++;
      Thread.yield();
    } else {
      yields = 0;
      sleep(awaited, deadline);
    }
  }

  private void sleep(TlsLink awaited, Deadline deadline) throws ConnectionException {
    throwIfStopped();
    if (deadline.isOver()) {
      throw new ConnectionException(
          Reason.TIMEOUT, awaited.peer() + " did nothing for " + deadline.patienceMillis() + " ms");
    }
    select(deadline);
    boolean _ = readAll();
    for (Entry entry : entries) {
      if (entry.link != awaited && entry.link.isBroken()) {
        throw ended(entry.link);
      }
    }
  }

  /** Sleeps until a socket is ready, or somebody wakes this thread, or the time is over. */
  private void select(Deadline deadline) throws ConnectionException {
    throwIfStopped();
    try {
      for (Entry entry : entries) {
        int interest =
            (entry.link.wantsInput() ? SelectionKey.OP_READ : 0)
                | (entry.link.hasOutput() && !entry.link.isEnded() ? SelectionKey.OP_WRITE : 0);
        if (entry.key.interestOps() != interest) {
          entry.key.interestOps(interest);
        }
      }
      selector.select(deadline.leftMillis());
      selector.selectedKeys().clear();
    } catch (IOException e) {
      throw new ConnectionException(Reason.LOST, "the connections cannot be watched", e);
    }
    throwIfStopped();
  }

  static void throwIfStopped() throws ConnectionException {
    if (Thread.currentThread().isInterrupted()) {
      throw new ConnectionException(Reason.STOPPED, "this party was stopped");
    }
  }

  private static ConnectionException ended(TlsLink link) {
    return link.isBroken()
        ? new ConnectionException(Reason.LOST, "the connection to " + link.peer() + " broke")
        : new ConnectionException(Reason.CLOSED, link.peer() + " closed the connection");
  }

  /** Lets go of the links; they stay open. */
  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      yields = 0; // The selector's file is gone either way.
    }
  }
}
