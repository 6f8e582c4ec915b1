package io.consilium.inference;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many records a client has under way, and how many it may have: the hospitals say so with
 * their answers, so a client learns that they are busy before it sends anything.
 */
final class Room {
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private long underWay;
  private long max = Long.MAX_VALUE;

  /** Waits until so many records fit; one question always does. */
  boolean take(int rows, Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (underWay > 0 && underWay + rows > max) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      underWay += rows;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A question is over.
   *
   * @param newMax what may be under way from now on; 0 if nobody has said so
   */
  void leave(int rows, long newMax) {
    lock.lock();
    try {
      underWay -= rows;
      if (newMax > 0) {
        max = newMax;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
